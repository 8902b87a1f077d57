//! A version in an index over several fields.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
#[entity(index(id, revision))]
struct Player {
    #[key]
    id: u64,
    #[version]
    revision: u64,
}

fn main() {}
