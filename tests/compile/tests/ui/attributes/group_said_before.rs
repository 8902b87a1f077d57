//! An index that the field has already.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(score))]
struct Player {
    #[key]
    id: u64,
    #[index]
    score: u32,
}

fn main() {}
