//! The name of a struct that cannot be one.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(fields = "player fields")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
