//! A value of two fields.

use routier::Value;

#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Point(u32, u32);

fn main() {}
