//! A path that is none.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(crate = "a b")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
