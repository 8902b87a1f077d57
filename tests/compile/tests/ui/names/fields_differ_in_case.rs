//! Two fields whose names differ in case only.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    name: String,
    #[entity(name = "Name")]
    label: String,
}

fn main() {}
