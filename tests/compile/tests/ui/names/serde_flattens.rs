//! A declared field that serde takes apart.

use routier::Entity;

#[derive(routier::Value, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
struct Handle(String);

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    #[serde(flatten)]
    handle: Handle,
}

fn main() {}
