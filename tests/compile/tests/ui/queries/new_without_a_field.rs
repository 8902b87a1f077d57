//! An insert that leaves a field out.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    id: u64,
    handle: String,
    #[entity(default(5))]
    score: u32,
}

fn new() -> NewPlayer {
    NewPlayer { handle: "ada".to_owned() }
}

fn main() {}
