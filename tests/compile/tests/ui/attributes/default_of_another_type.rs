//! A default of another type than its field.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default("none"))]
    score: u32,
}

fn main() {}
