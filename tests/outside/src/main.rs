//! Every call of the documented surface, under its own name, from a program outside the workspace.

mod entities;
mod follow;
mod queries;
mod transactions;
mod writes;

use std::time::Duration;

use routier::{ErrorKind, ManualClock, Result, SequentialIds, Store};

#[tokio::main]
async fn main() -> Result<()> {
    let store = Store::memory();
    let players = store.collection::<entities::Player>().await?;
    writes::all(&players).await?;
    queries::all(&players).await?;
    transactions::all(&store).await?;
    follow::all(&store).await?;
    store.close().await?;

    assert_eq!(players.query().count().await.expect_err("it is closed").kind(), ErrorKind::Closed);

    let clock = ManualClock::new(Duration::from_secs(1_800_000_000));
    let built = Store::builder().clock(clock).ids(SequentialIds::new()).checked(true).retain(1_000);
    let opened = built.clone().open("memory:").await?;
    writes::all(&opened.collection::<entities::Player>().await?).await?;
    assert_eq!(built.storage(routier::MemoryStorage::new()).await?.capabilities().name, "memory");
    let unknown =
        Store::open("postgres://ada:secret@localhost/db").await.expect_err("there is no such storage");
    assert_eq!(unknown.kind(), ErrorKind::Unsupported);
    assert!(!unknown.to_string().contains("secret"));
    println!("all calls made");
    Ok(())
}
