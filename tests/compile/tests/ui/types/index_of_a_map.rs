//! An index over a map.

use routier::Entity;

use std::collections::HashMap;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    names: HashMap<String, u64>,
}

fn main() {}
