//! A default is an expression of the field's type that sees nothing around it.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default("five"))]
    score: u32,
    #[entity(default(self.id))]
    first: u64,
    #[entity(default(std::env::var("BIO")?))]
    bio: String,
}

fn main() {}
