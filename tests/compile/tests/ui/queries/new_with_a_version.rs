//! An insert that sets the version.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    id: u64,
    handle: String,
    #[version]
    revision: u64,
}

fn new() -> NewPlayer {
    NewPlayer { handle: "ada".to_owned(), revision: 5 }
}

fn main() {}
