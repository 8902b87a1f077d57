//! An index over several fields, one of them a struct.

use routier::Entity;

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    street: String,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(id, address))]
struct Player {
    #[key]
    id: u64,
    address: Address,
}

fn main() {}
