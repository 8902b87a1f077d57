//! A value that holds a list.

use routier::Value;

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Tags(Vec<String>);

fn main() {}
