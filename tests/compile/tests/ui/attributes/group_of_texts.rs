//! The fields of an index in quotes.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index("score"))]
struct Player {
    #[key]
    id: u64,
    score: u32,
}

fn main() {}
