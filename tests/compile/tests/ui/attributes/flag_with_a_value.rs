//! A flag with a value.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(transient = true)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
