//! A transaction that no other thread can go on with.

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

fn uses(store: Store) {
    tokio::spawn(async move {
        let count = std::rc::Rc::new(5_u32);
        store
            .transaction(|tx| async move {
                tx.collection::<Player>().await?.query().count().await
            })
            .await
            .map(|found| found + u64::from(*count))
    });
}

fn main() {}
