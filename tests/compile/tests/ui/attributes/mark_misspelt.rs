//! An attribute that is misspelt.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[indx]
    score: u32,
}

fn main() {}
