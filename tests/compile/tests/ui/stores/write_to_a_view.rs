//! A write by who may only read.

use routier::{Entity, Result, View};

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

async fn uses(players: &View<Player>) -> Result<()> {
    players.remove_key(&1).await?;
    Ok(())
}

fn main() {}
