//! A version under another name is still a `u64`.

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
