//! An option of a field by the name that it has elsewhere.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(rename = "points")]
    score: u32,
}

fn main() {}
