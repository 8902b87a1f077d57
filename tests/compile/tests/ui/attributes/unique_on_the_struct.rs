//! A distinct group by the name that it has elsewhere.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(unique(handle))]
struct Player {
    #[key]
    id: u64,
    handle: String,
}

fn main() {}
