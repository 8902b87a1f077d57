//! A value without variants.

use routier::Value;

#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
enum League {}

fn main() {}
