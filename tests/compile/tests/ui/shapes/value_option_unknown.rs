//! An option that a value does not have.

use routier::Value;

#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[value(rename = "leagues")]
enum League {
    Gold,
    Silver,
}

fn main() {}
