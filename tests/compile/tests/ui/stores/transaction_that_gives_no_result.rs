//! A transaction whose closure gives no `Result`.

use routier::{Entity, Store};

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

async fn uses(store: Store) {
    let _ = store.transaction(|tx| async move { tx.collection::<Player>().await.is_ok() }).await;
}

fn main() {}
