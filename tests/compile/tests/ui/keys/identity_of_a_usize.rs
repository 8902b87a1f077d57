//! An identity of an integer whose width depends on the machine.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    id: usize,
}

fn main() {}
