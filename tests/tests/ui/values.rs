//! What is no value, and what lacks `Clone`. Uses of them are not reported again.

use routier::{Entity, Value};

#[derive(Value, Clone, serde::Serialize, serde::Deserialize)]
enum Shape {
    Point,
    Circle(u32),
    Box { width: u32 },
}

#[derive(Value, Clone)]
struct Pair(u8, u8);

#[derive(Value, Clone)]
struct Open<T>(T);

#[derive(Value, Clone)]
struct Maybe(Option<u8>);

#[derive(Value, Clone)]
struct Bytes(Vec<u8>);

#[derive(Value)]
struct Score(u32);

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Drawing {
    #[key]
    id: u64,
    #[index]
    shape: Shape,
}

fn main() {}
