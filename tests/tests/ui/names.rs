//! Names that a storage cannot keep, or keep apart.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "../players")]
struct Player {
    #[key]
    id: u64,
    #[entity(name = "routier_score")]
    score: u32,
    größe: u32,
    #[allow(non_snake_case)]
    Score: u32,
    #[entity(name = "SCORE")]
    other: u32,
}

fn main() {}
