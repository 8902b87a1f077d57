//! A value that holds an option.

use routier::Value;

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Level(Option<u8>);

fn main() {}
