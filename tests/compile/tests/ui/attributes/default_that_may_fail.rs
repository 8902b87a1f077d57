//! A default with a `?`, which has nowhere to go.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(default(std::env::var("BIO")?))]
    bio: String,
}

fn main() {}
