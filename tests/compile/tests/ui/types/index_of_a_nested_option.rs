//! An index over an option of an option.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    score: Option<Option<u32>>,
}

fn main() {}
