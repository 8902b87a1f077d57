//! An entity whose key is not marked.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    id: u64,
    name: String,
}

fn main() {}
