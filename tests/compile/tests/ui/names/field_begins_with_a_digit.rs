//! The name of a field that begins with a digit.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(name = "1st")]
    first: u32,
}

fn main() {}
