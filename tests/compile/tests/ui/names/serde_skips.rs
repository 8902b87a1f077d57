//! A declared field that serde leaves out.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    #[serde(skip)]
    score: u32,
}

fn main() {}
