//! A key that is borrowed.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: &'static str,
}

fn main() {}
