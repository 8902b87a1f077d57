//! Transactions that are run again until they are through, on several threads.

use futures_util::future::join_all;
use routier::{Store, Transaction};
use routier_tests::stores::{Hasty, on_each_kind};

use crate::entities::{NewPlayer, Note, Player};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_one_of_50_transactions_on_one_row_ends() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let notes = store.collection::<Note>().await?;
        notes.insert(Note::new("a", 0)).await?;
        let tasks = (0..50).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .transaction(|tx| async move {
                        let notes = tx.collection::<Note>().await?;
                        let note = notes.get("a").await?.expect("it is there");
                        tokio::task::yield_now().await;
                        notes.update(&note, |note| note.value += 1).await
                    })
                    .await
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        assert_eq!(notes.query().one().await?.value, 50);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_one_of_200_modifications_of_one_row_ends() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let notes = store.collection::<Note>().await?;
        notes.insert_many([Note::new("a", 0), Note::new("b", 0)]).await?;
        let tasks = (0..200).map(|n| {
            let notes = notes.clone();
            tokio::spawn(async move {
                let name = if n % 4 == 0 { "b" } else { "a" };
                notes.modify(name, |note| note.value += 1).await
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        let values: Vec<i64> = notes.query().all().await?.iter().map(|note| note.value).collect();
        assert_eq!(values, [150, 50]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn query_updates_upserts_and_transactions_beside_each_other_all_end() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let players = store.collection::<Player>().await?;
        players.insert_many((0..4).map(|n| NewPlayer::named(&format!("p{n}"), 0))).await?;
        let tasks = (0..40_u64).map(|n| {
            let (store, players) = (store.clone(), players.clone());
            tokio::spawn(async move {
                let key = n % 4 + 1;
                match n % 3 {
                    0 => players.filter(|p| p.id.eq(key)).update(|p| p.score += 1).await.map(drop),
                    1 => players.modify(&key, |p| p.score += 1).await.map(drop),
                    _ => {
                        let add = |tx: Transaction| async move {
                            tx.collection::<Player>().await?.modify(&key, |p| p.score += 1).await
                        };
                        store.transaction(add).await.map(drop)
                    }
                }
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        assert_eq!(players.query().sum(|p| p.score).await?, 40);
        Ok(())
    })
    .await;
}
