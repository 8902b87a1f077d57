//! A distinct option of an option.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    name: Option<Option<String>>,
}

fn main() {}
