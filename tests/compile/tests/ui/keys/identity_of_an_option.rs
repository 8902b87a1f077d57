//! An identity that may be absent.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[identity]
    number: Option<u64>,
}

fn main() {}
