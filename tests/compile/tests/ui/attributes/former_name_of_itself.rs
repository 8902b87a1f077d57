//! A former name that the field still has.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(was = "score")]
    score: u32,
}

fn main() {}
