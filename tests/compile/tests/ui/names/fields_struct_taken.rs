//! The name of the struct of handles is taken.

use routier::Entity;

struct PlayerFields;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
