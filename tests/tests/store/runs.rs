//! Transactions that are run again.

use std::sync::atomic::{AtomicU32, Ordering};

use routier::{ErrorKind, Result, Store};
use routier_tests::plain::VecStorage;

use crate::entities::{NewPlayer, Player};

#[tokio::test]
async fn a_commit_within_the_closure_that_lost_is_run_again() -> Result<()> {
    let store = Store::builder().storage(VecStorage::default()).await?;
    let players = store.collection::<Player>().await?;
    let ada = &players.insert(NewPlayer::named("ada", 3)).await?;
    let (runs, other) = (&AtomicU32::new(0), &players);
    let run = store.transaction(|tx| async move {
        let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
        tx.collection::<Player>().await?.modify(&ada.id, |p| p.score += 1).await?;
        if run == 1 {
            other.modify(&ada.id, |p| p.score += 10).await?;
        }
        tx.commit().await?;
        Ok(run)
    });
    assert_eq!(run.await?, 2);
    assert_eq!(players.get(&ada.id).await?.map(|p| p.score), Some(14));
    Ok(())
}

#[tokio::test]
async fn a_run_knows_its_number_and_what_the_one_before_lost_by() -> Result<()> {
    let store = Store::builder().storage(VecStorage::default()).await?;
    let players = &store.collection::<Player>().await?;
    let ada = &players.insert(NewPlayer::named("ada", 3)).await?;
    let lost = store.transaction(|tx| async move {
        tx.collection::<Player>().await?.modify(&ada.id, |p| p.score += 1).await?;
        if tx.run() < 3 {
            players.modify(&ada.id, |p| p.score += 10).await?;
        }
        Ok((tx.run(), tx.lost().map(|error| (error.kind(), error.key().map(str::to_owned)))))
    });
    assert_eq!(lost.await?, (3, Some((ErrorKind::Conflict, Some("1".to_owned())))));
    let tx = store.begin().await?;
    assert_eq!((tx.run(), tx.lost().is_none()), (1, true));
    Ok(())
}
