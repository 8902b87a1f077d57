//! An attribute of a field with arguments.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index(score, guild)]
    score: u32,
    guild: u32,
}

fn main() {}
