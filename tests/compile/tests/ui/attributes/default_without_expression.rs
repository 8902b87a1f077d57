//! A default without its expression.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default)]
    score: u32,
}

fn main() {}
