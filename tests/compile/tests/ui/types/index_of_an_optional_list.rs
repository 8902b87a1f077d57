//! An index over a list that may be absent.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    tags: Option<Vec<String>>,
}

fn main() {}
