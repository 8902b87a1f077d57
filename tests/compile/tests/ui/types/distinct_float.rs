//! A distinct field that has no equality.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    level: f64,
}

fn main() {}
