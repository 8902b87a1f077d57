//! An attribute that stands twice.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[key]
    id: u64,
}

fn main() {}
