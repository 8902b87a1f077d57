//! An operation fails, or there is no more room: nothing that was acknowledged is lost, and nothing is half there.

use std::io::ErrorKind::{Other, StorageFull};

use routier::{ErrorKind, Result};
use routier_tests::simfs::{Fault, SimFs, What};

use crate::crash::{check, live_with, operations};
use crate::scene::{Game, game};
use crate::work::{open, state};

#[tokio::test]
async fn whatever_was_acknowledged_is_there_after_an_operation_failed() -> Result<()> {
    let n_operations = operations().await;
    for what in [What::Error(Other), What::Full] {
        for at in (1..=n_operations).step_by(3) {
            let (fs, acknowledged) = live_with(what, at).await;
            let context = format!("{what:?} at operation {at}");
            check(&fs.after_crash(at), acknowledged, &context).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_full_disk_is_an_error_that_leaves_reads_and_poisons_writes() -> Result<()> {
    let fs = SimFs::default();
    let store = open(&fs).await?;
    let games = store.collection::<Game>().await?;
    games.insert(game("go", 1)).await?;
    let mut feed = games.changes().await?;
    store.health().await?;
    fs.plan(Some(Fault { at: 0, what: What::Full }));
    let full = games.insert(game("hex", 1)).await.unwrap_err();
    assert_eq!((full.kind(), full.io_kind()), (ErrorKind::Io, Some(StorageFull)));
    assert_eq!(games.query().count().await?, 1, "what failed is not there");
    fs.plan(None);
    assert_eq!(games.insert(game("chess", 1)).await.unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!(store.health().await.unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!(games.get("go").await?.map(|game| game.plays), Some(1));
    assert_eq!(store.close().await.unwrap_err().kind(), ErrorKind::Poisoned);
    assert!(feed.next().await.is_none_or(|end| end.is_err()), "the feed has nothing of it");

    let store = open(&fs).await?;
    assert_eq!(state(&store).await?.0.len(), 1);
    store.collection::<Game>().await?.insert(game("hex", 2)).await?;
    store.close().await
}

#[tokio::test]
async fn what_does_not_encode_is_refused_and_harms_nothing() -> Result<()> {
    let fs = SimFs::default();
    let store = open(&fs).await?;
    let ratings = store.collection::<crate::scene::Rating>().await?;
    let rating = |id, value| crate::scene::Rating { id, notes: vec![value] };
    let refused = ratings.insert(rating(1, f64::NAN)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("NaN"), "{refused}");
    ratings.insert(rating(1, 0.1)).await?;
    store.close().await
}
