//! Something that is no option.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(5)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
