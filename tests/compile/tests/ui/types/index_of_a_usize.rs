//! An index over an integer whose width depends on the machine.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    age: usize,
}

fn main() {}
