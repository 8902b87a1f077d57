//! An entity without a key.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    name: String,
    score: u32,
}

fn main() {}
