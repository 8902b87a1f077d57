//! A transaction that ends with an error of one's own.

use routier::{Entity, Result, Store};

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

struct NotEnough;

async fn uses(store: Store) -> Result<()> {
    store.transaction(|_| async move { Err::<(), _>(NotEnough) }).await
}

fn main() {}
