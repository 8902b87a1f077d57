//! An option of a field that is misspelt.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(dfault(5))]
    score: u32,
}

fn main() {}
