//! A lookup by a value of another type.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
#[entity(distinct(guild, number))]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    handle: String,
    #[index]
    score: Option<u32>,
    #[index]
    tags: Vec<String>,
    guild: u32,
    number: u32,
    bio: String,
}

async fn uses(players: Collection<Player>) {
    let _ = players.get_by(|p| p.handle, 5);
}

fn main() {}
