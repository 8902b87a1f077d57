//! An index over a list of lists.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    tags: Vec<Vec<u8>>,
}

fn main() {}
