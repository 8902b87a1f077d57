//! A field with a reserved name.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    router_a: u8,
    routier_score: u32,
}

fn main() {}
