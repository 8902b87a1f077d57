//! An option of the struct that stands on a field.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(transient)]
    score: u32,
}

fn main() {}
