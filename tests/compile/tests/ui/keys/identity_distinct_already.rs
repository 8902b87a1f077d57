//! An identity that is said to be distinct.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[identity]
    #[distinct]
    number: u64,
}

fn main() {}
