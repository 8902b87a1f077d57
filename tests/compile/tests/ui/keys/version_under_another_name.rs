//! A version by an alias of another type.

use routier::Entity;

type Revision = u32;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    revision: Revision,
}

fn main() {}
