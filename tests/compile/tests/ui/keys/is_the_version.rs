//! A key that is the version.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    #[key]
    revision: u64,
}

fn main() {}
