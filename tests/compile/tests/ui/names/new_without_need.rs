//! A name for a struct that there is not.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(new = "NewPlayer")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
