//! An identity that the store cannot give.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    id: bool,
}

fn main() {}
