//! A composite key with a list in it.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    guild: u64,
    #[key]
    path: Vec<u8>,
}

fn main() {}
