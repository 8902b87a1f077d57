//! A version with an index.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    #[index]
    revision: u64,
}

fn main() {}
