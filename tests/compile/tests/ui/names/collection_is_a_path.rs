//! A path for a collection's name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "../players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
