//! An attribute of a field that stands on the struct.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[index(score, guild)]
struct Player {
    #[key]
    id: u64,
    score: u32,
    guild: u32,
}

fn main() {}
