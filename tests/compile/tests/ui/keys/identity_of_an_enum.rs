//! An identity of one's own type.

use routier::{Entity, Value};

#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
enum Color {
    Red,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    #[identity]
    color: Color,
}

fn main() {}
