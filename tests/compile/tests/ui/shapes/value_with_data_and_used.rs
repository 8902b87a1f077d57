//! A variant of a value that has fields, and the value in an entity.

use routier::{Entity, Value};

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
enum Shape {
    Point,
    Circle(u32),
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    shape: Shape,
}

fn main() {}
