//! An index over a list of options.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    tags: Vec<Option<u8>>,
}

fn main() {}
