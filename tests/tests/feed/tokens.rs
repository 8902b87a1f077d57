//! Tokens through the store: resuming, lagging, expiring.

use std::collections::BTreeMap;

use routier::{Change, ErrorKind, MemoryStorage, Result, Store, Token};
use routier_tests::plain::VecStorage;

use crate::{Player, Team, player, rest, short, stores, take, team};

type Rows = BTreeMap<u64, u32>;

fn apply(rows: &mut Rows, changes: &[Change<Player>]) {
    for change in changes {
        match change.after() {
            Some(row) => rows.insert(row.id, row.score),
            None => rows.remove(&change.key()),
        };
    }
}

async fn present(store: &Store) -> Result<(Rows, Token)> {
    let snapshot = store.snapshot().await?;
    let rows = snapshot.collection::<Player>().await?.query().all().await?;
    Ok((rows.iter().map(|row| (row.id, row.score)).collect(), snapshot.token()))
}

/// Commits of several rows; after each, the rows and the token of a snapshot.
async fn write(store: &Store) -> Result<Vec<(Rows, Token)>> {
    let mut states = vec![present(store).await?];
    for round in 0..30_u64 {
        let tx = store.begin().await?;
        let players = tx.collection::<Player>().await?;
        for place in 0..=round % 3 {
            let id = (round * 5 + place) % 7;
            match (round + place) % 4 {
                0 => drop(players.remove_key(&id).await?),
                _ => drop(players.upsert(player(id, round as u32)).await?),
            }
        }
        tx.collection::<Team>().await?.upsert(team("red")).await?;
        tx.commit().await?;
        states.push(present(store).await?);
    }
    Ok(states)
}

#[tokio::test]
async fn the_changes_after_a_snapshot_lead_from_it_to_the_present() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        let states = write(&store).await?;
        let (last, end) = states.last().expect("there is one").clone();
        assert_eq!(end, store.token());
        let mut feeds = Vec::new();
        for (rows, token) in states {
            feeds.push((rows, players.changes_after(token).await?));
        }
        store.close().await?;
        for (mut rows, mut feed) in feeds {
            apply(&mut rows, &rest(&mut feed).await?);
            assert_eq!((rows, feed.token()), (last.clone(), end));
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_token_resumes_also_as_text() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        let start = store.token();
        write(&store).await?;
        players.insert(player(99, 99)).await?;
        let mut feed = players.changes_after(start).await?;
        let mut all = Vec::new();
        while all.last().is_none_or(|change: &Change<Player>| change.key() != 99) {
            all.extend(take(&mut feed, 1).await?);
        }
        for (place, change) in all.iter().enumerate() {
            let token: Token = change.token().to_string().parse()?;
            let mut resumed = players.changes_after(token).await?;
            let found = take(&mut resumed, all.len() - place - 1).await?;
            assert_eq!(short(&found), short(&all[place + 1..]));
        }
        store.close().await?;
        assert!(rest(&mut feed).await?.is_empty());
    }
    Ok(())
}

/// Stores that keep ten changes, on storages that did not know it from the beginning too.
async fn retaining() -> Result<Vec<Store>> {
    let builder = || Store::builder().retain(10);
    let memory = builder().storage(MemoryStorage::new()).await?;
    let plain = builder().storage(VecStorage::default()).await?;
    Ok(vec![builder().memory(), memory, plain])
}

#[tokio::test]
async fn what_is_kept_is_bounded_by_retain() -> Result<()> {
    for store in retaining().await? {
        let players = store.collection::<Player>().await?;
        let start = store.token();
        let (mut feed, mut idle) =
            (players.changes().await?, store.collection::<Team>().await?.changes().await?);
        for id in 0..50 {
            players.insert(player(id, 0)).await?;
        }
        let error = feed.next().await.expect("not the end").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Lagged, "{error}");
        // The plain storage does not count.
        assert!(matches!(error.missed(), None | Some(40)), "{error}");
        let kept = take(&mut feed, 10).await?;
        assert_eq!(kept.iter().map(Change::key).collect::<Vec<_>>(), (40..50).collect::<Vec<_>>());

        let error = players.changes_after(start).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenExpired);
        let oldest = error.oldest().expect("it names the oldest");
        let mut resumed = players.changes_after(oldest).await?;
        assert_eq!(short(&take(&mut resumed, 10).await?), short(&kept));

        if store.capabilities().resident {
            store.collection::<Team>().await?.insert(team("red")).await?;
            assert_eq!(take(&mut idle, 1).await?[0].key(), "red", "nothing that concerns it was forgotten");
        }

        // A commit beyond the bound is kept whole.
        players.insert_many((100..150).map(|id| player(id, 1))).await?;
        assert_eq!(take(&mut resumed, 50).await?.len(), 50);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_of_another_store_is_foreign() -> Result<()> {
    let (one, other) = (Store::memory(), Store::memory());
    let (ours, theirs) = (one.collection::<Player>().await?, other.collection::<Player>().await?);
    ours.insert(player(1, 1)).await?;
    theirs.insert(player(1, 1)).await?;
    assert_ne!(one.token(), other.token());
    assert_eq!(ours.changes_after(other.token()).await.unwrap_err().kind(), ErrorKind::TokenForeign);
    assert_eq!(one.changes_after(other.token()).await.unwrap_err().kind(), ErrorKind::TokenForeign);
    Ok(())
}
