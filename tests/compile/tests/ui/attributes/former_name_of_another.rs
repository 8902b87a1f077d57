//! A former name that another field has today.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(was = "points")]
    score: u32,
    points: u32,
}

fn main() {}
