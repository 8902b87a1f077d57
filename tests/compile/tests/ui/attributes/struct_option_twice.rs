//! An option that is given twice.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "a", collection = "b")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
