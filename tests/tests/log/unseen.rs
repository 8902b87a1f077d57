//! What is pending is seen by nobody, and all of it at once when it is acknowledged.

use routier::{Live, Result, Snapshot, Store, Transaction, View};

use crate::scene::{Item, Scene, begun, given, item, on_each, poll, seen};

const BEFORE: [(u64, i64); 3] = [(1, 10), (2, 20), (3, 30)];

/// Every scope that reads items.
async fn views(scene: &Scene, snapshot: &Snapshot, tx: &Transaction) -> Result<[View<Item>; 3]> {
    let own = tx.collection::<Item>().await?;
    Ok([(*scene.items).clone(), snapshot.collection().await?, (*own).clone()])
}

async fn open(store: &Store) -> Result<(Snapshot, Transaction)> {
    Ok((store.snapshot().await?, store.begin().await?))
}

#[tokio::test]
async fn what_is_pending_is_seen_by_no_read() {
    on_each(async |scene| {
        let token = scene.store.token();
        let before = open(&scene.store).await?;
        let mut changed = scene.begin(1, 11);
        let new = scene.begin(4, 40);
        let removed = begun(Box::pin(scene.items.remove_key(&2)));
        let after = open(&scene.store).await?;
        for (snapshot, tx) in [&before, &after] {
            for view in views(&scene, snapshot, tx).await? {
                assert_eq!(seen(&view).await?, BEFORE);
            }
            assert_eq!((snapshot.token(), tx.token()?), (token, token));
        }
        let stats = scene.store.stats();
        assert_eq!((scene.store.token(), stats.rows, stats.visible), (token, 3, token.number()));

        scene.log.acknowledge_all();
        assert_eq!(seen(&scene.items).await?, [(1, 11), (3, 30), (4, 40)]);
        for (snapshot, tx) in [&before, &after] {
            let [_, then, own] = views(&scene, snapshot, tx).await?;
            assert_eq!((seen(&then).await?, seen(&own).await?), (BEFORE.to_vec(), BEFORE.to_vec()));
        }
        assert_eq!(poll(&mut changed).transpose()?, Some(token.number() + 1));
        assert_eq!((new.await?, removed.await?.map(|row| row.id)), (token.number() + 2, Some(2)));
        assert_eq!(scene.store.token().number(), token.number() + 3);
        assert_eq!(scene.store.stats().rows, 3);
        drop((before, after));
        assert_eq!(scene.store.stats().old_versions, 0, "nothing is kept for nobody");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_pending_is_in_no_feed_and_wakes_no_watch() {
    on_each(async |scene| {
        let (mut all, mut items) = (scene.store.changes().await?, scene.items.changes().await?);
        let mut watch = scene.items.filter(|i| i.value.ge(15)).watch().await?;
        assert!(matches!(watch.next().await.transpose()?, Some(Live::Reset(rows)) if rows.len() == 2));
        assert!(matches!(watch.next().await.transpose()?, Some(Live::Ready(_))));
        let token = scene.store.token();
        let mut commit = scene.begin(4, 40);
        let mut late = scene.items.changes().await?;
        assert!(given(&mut all).is_empty() && given(&mut items).is_empty() && given(&mut late).is_empty());
        assert!(poll(&mut Box::pin(watch.next())).is_none());
        assert!(given(&mut scene.items.changes_after(token).await?).is_empty());
        assert_eq!((all.token(), items.token(), watch.token()), (token, token, token));

        scene.log.acknowledge_all();
        assert!(poll(&mut commit).is_some());
        for feed in [&mut items, &mut late, &mut scene.items.changes_after(token).await?] {
            let keys: Vec<u64> = given(feed).iter().map(|change| change.key()).collect();
            assert_eq!(keys, [4], "also for a feed that began while it was pending");
        }
        assert_eq!(given(&mut all).len(), 1);
        assert!(matches!(watch.next().await.transpose()?, Some(Live::Entered(row)) if row.id == 4));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_feed_that_waits_is_woken_when_it_is_acknowledged() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let reader = tokio::spawn(async move { feed.next().await });
        tokio::task::yield_now().await;
        let (first, second) = (scene.begin(4, 40), scene.begin(5, 50));
        scene.log.acknowledge(1);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!reader.is_finished(), "what is behind a gap wakes nobody");
        scene.log.acknowledge(0);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(reader.is_finished(), "it is woken");
        let change = reader.await.expect("it does not panic").transpose()?;
        assert_eq!(change.map(|change| change.key()), Some(4));
        first.await?;
        second.await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_large_commit_over_several_collections_comes_at_once() {
    on_each(async |scene| {
        let tx = scene.store.begin().await?;
        let (items, tickets) = (tx.collection::<Item>().await?, tx.collection().await?);
        items.insert_many((10..90).map(|id| item(id, 0))).await?;
        items.filter(|i| i.id.le(3)).remove().await?;
        tickets.insert_many((0..50).map(|value| crate::scene::NewTicket { value })).await?;
        let commit = begun(Box::pin(tx.commit()));
        assert_eq!((seen(&scene.items).await?, scene.tickets.query().count().await?), (BEFORE.to_vec(), 0));
        let snapshot = scene.store.snapshot().await?;
        scene.log.acknowledge_all();
        commit.await?;
        assert_eq!((seen(&scene.items).await?.len(), scene.tickets.query().count().await?), (80, 50));
        assert_eq!(seen(&snapshot.collection().await?).await?, BEFORE);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_handles_of_a_transaction_are_good_behind_it() {
    on_each(async |scene| {
        let tx = scene.store.begin().await?;
        let row = tx.collection::<Item>().await?.insert(item(4, 40)).await?;
        let commit = begun(Box::pin(tx.commit()));
        let update = begun(Box::pin(scene.items.update(&row, |item| item.value = 41)));
        assert_eq!(seen(&scene.items).await?, BEFORE);
        scene.log.acknowledge(0);
        commit.await?;
        assert_eq!(scene.items.get(&4).await?.as_ref(), Some(&row));
        assert_eq!(scene.items.get(&4).await?.map(|row| row.version()), Some(row.version()));
        scene.log.acknowledge_all();
        assert_eq!(update.await?.value, 41);
        assert_eq!(scene.items.get(&4).await?.map(|row| row.value), Some(41));
        Ok(())
    })
    .await;
}
