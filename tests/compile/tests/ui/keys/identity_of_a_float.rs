//! An identity that is a float.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[identity]
    number: f64,
}

fn main() {}
