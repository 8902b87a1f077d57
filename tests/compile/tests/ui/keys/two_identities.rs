//! Two identities.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    id: u64,
    #[identity]
    number: u64,
}

fn main() {}
