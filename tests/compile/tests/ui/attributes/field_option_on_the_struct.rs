//! An option of a field that stands on the struct.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(name = "players")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
