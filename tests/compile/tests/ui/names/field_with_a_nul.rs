//! A name with a character that ends texts.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(name = "score\0")]
    score: u32,
}

fn main() {}
