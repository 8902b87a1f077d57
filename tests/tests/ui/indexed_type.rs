//! A type that no index can hold: one error for each field, however often its type is used.

use routier::Entity;

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    street: String,
    town: String,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(address, age))]
struct Person {
    #[key]
    id: u64,
    #[index]
    age: usize,
    address: Address,
    #[index]
    nested: Option<Option<u8>>,
}

fn main() {}
