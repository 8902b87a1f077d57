//! An index over a struct.

use routier::Entity;

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    street: String,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    address: Address,
}

fn main() {}
