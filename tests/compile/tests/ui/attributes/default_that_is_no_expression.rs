//! A default that breaks off.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default(1 +))]
    score: u32,
}

fn main() {}
