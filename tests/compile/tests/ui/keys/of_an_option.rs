//! A key that may be absent.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: Option<u64>,
}

fn main() {}
