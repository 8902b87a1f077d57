//! A distinct group that is the key.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(distinct(a, b))]
struct Player {
    #[key]
    a: u64,
    #[key]
    b: u64,
}

fn main() {}
