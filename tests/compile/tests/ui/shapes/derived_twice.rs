//! A derive that stands there twice.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[derive(Entity)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
