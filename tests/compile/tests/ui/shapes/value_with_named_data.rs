//! A variant of a value that has named fields.

use routier::Value;

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
enum Shape {
    Point,
    Box { width: u32 },
}

fn main() {}
