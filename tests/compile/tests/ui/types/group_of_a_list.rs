//! An index over several fields, one of them a list.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(id, tags))]
struct Player {
    #[key]
    id: u64,
    tags: Vec<String>,
}

fn main() {}
