//! A version that is no `u64`.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[version]
    revision: u32,
}

fn main() {}
