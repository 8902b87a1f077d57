//! An option by the name that it has elsewhere.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(table = "players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
