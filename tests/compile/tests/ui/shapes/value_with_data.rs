//! A variant of a value that has fields.

use routier::Value;

#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
enum League {
    Gold,
    Other(u8),
}

fn main() {}
