//! A transaction that is used after its end.

use routier::{Entity, Result, Transaction};

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

async fn uses(transaction: Transaction) -> Result<()> {
    transaction.commit().await?;
    transaction.collection::<Player>().await?;
    Ok(())
}

fn main() {}
