//! A key that is said to be distinct.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[distinct]
    id: u64,
}

fn main() {}
