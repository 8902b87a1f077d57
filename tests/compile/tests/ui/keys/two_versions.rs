//! Two versions.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    a: u64,
    #[version]
    b: u64,
}

fn main() {}
