//! A distinct field of one's own type, which holds a float.

use routier::{Entity, Value};

#[derive(Value, Clone, Copy, Debug, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize)]
struct Share(f64);

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    share: Share,
}

fn main() {}
