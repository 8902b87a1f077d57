//! A struct whose name is no name for a collection.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Größe {
    #[key]
    id: u64,
}

fn main() {}
