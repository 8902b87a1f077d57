//! A field that stands twice in an index.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(score, score))]
struct Player {
    #[key]
    id: u64,
    score: u32,
}

fn main() {}
