//! A value that holds a map.

use routier::Value;

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Tags(std::collections::BTreeMap<u8, u8>);

fn main() {}
