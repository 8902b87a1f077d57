//! A name that not every storage can have.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "all players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
