//! A collection without a name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
