//! A value that cannot be copied.

use routier::Value;

#[derive(Value, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Score(u32);

fn main() {}
