//! A key that is a list.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: Vec<u8>,
}

fn main() {}
