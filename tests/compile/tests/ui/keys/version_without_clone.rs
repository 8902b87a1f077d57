//! A version of an entity that cannot be copied.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    revision: u64,
}

fn main() {}
