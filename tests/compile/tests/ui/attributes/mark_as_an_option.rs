//! An attribute of a field written as an option.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[entity(key)]
    #[key]
    id: u64,
}

fn main() {}
