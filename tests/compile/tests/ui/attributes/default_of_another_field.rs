//! A default that looks at another field.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default(self.id))]
    first: u64,
}

fn main() {}
