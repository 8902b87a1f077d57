//! What the store cannot generate.

use routier::{Entity, Value};

#[derive(Value, Clone, serde::Serialize, serde::Deserialize)]
enum Color {
    Red,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Flag {
    #[key]
    id: u64,
    #[identity]
    color: Color,
}

fn main() {}
