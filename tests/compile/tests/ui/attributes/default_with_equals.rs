//! A default without parentheses.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default = 5)]
    score: u32,
}

fn main() {}
