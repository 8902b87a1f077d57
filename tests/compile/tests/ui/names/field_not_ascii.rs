//! A field whose name not every storage can have.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    größe: u32,
}

fn main() {}
