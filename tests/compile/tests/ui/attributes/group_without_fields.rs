//! An index over nothing.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index())]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
