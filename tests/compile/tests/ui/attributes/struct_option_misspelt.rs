//! An option of the struct that is misspelt.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(colection = "players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
