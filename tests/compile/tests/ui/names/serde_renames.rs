//! A name that only serde knows.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    #[serde(rename = "points")]
    score: u32,
}

fn main() {}
