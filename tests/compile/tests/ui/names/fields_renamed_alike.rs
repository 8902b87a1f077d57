//! Two fields of one name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    score: u32,
    #[entity(name = "score")]
    points: u32,
}

fn main() {}
