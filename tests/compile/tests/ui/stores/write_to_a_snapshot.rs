//! A write to a snapshot.

use routier::{Entity, Result, Snapshot};

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

async fn uses(snapshot: Snapshot, player: Player) -> Result<()> {
    snapshot.collection::<Player>().await?.insert(player).await?;
    Ok(())
}

fn main() {}
