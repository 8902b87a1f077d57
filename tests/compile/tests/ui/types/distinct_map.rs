//! A distinct map.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    names: std::collections::HashMap<String, u64>,
}

fn main() {}
