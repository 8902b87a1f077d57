//! The struct of handles by the name of the entity.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(fields = "Player")]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
