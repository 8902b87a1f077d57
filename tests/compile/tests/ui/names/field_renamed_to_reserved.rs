//! A field renamed to a reserved name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(name = "routier_score")]
    score: u32,
}

fn main() {}
