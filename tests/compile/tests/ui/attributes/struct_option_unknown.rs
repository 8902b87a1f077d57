//! An option that nothing is near to.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(cached)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
