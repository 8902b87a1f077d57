//! A field of an index that is misspelt.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(scor, id))]
struct Player {
    #[key]
    id: u64,
    score: u32,
}

fn main() {}
