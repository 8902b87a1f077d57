//! A reserved name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(collection = "routier_players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
