//! Options without parentheses.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
