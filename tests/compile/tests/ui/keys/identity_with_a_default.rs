//! An identity with a default.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    #[entity(default(5))]
    id: u64,
}

fn main() {}
