//! A composite key that begins with a list.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    guild: Vec<u8>,
    #[key]
    path: u64,
}

fn main() {}
