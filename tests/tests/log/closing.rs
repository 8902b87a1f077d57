//! The end of a store with pending commits.

use routier::{ErrorKind, Result};

use crate::double::disk_is_full;
use crate::scene::{Scene, Work, begun, item, on_each, poll};

#[tokio::test]
async fn a_close_lets_pending_commits_end_and_feeds_end_after_them() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let (first, second) = (scene.begin(4, 40), scene.begin(5, 50));
        let close: Work<()> = {
            let store = scene.store.clone();
            Box::pin(async move { store.close().await })
        };
        let mut close = begun(close);
        let error = scene.items.insert(item(6, 60)).await.expect_err("it is closed");
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(poll(&mut Box::pin(feed.next())).is_none(), "the feed waits for them");
        scene.log.acknowledge(1);
        assert!(poll(&mut close).is_none(), "the first is still pending");
        scene.log.acknowledge(0);
        assert!(poll(&mut close).is_some());
        assert!(first.await? < second.await?);
        for expected in [4, 5] {
            assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(expected));
        }
        assert!(feed.next().await.is_none());
        scene.store.close().await
    })
    .await;
}

#[tokio::test]
async fn a_close_that_was_dropped_lets_them_end_too() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let first = scene.begin(4, 40);
        let mut close = Box::pin(scene.store.close());
        assert!(poll(&mut close).is_none());
        drop(close);
        scene.log.acknowledge_all();
        first.await?;
        scene.store.close().await?;
        assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(4));
        assert!(feed.next().await.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn dropping_the_last_clone_does_the_same() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let mut whole = scene.store.changes().await?;
        let first = scene.begin(4, 40);
        drop(scene.begin(5, 50));
        let Scene { log, store, items, tickets, .. } = scene;
        drop(store);
        assert_eq!(items.get(&1).await.expect_err("it is closed").kind(), ErrorKind::Closed);
        assert_eq!(tickets.query().count().await.expect_err("it is closed").kind(), ErrorKind::Closed);
        assert!(poll(&mut Box::pin(feed.next())).is_none(), "the feed waits for them");
        log.acknowledge_all();
        first.await?;
        for expected in [4, 5] {
            assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(expected));
            assert!(whole.next().await.transpose()?.is_some());
        }
        assert!(feed.next().await.is_none() && whole.next().await.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_feed_that_waits_is_woken_by_the_end() -> Result<()> {
    on_each(async |scene| {
        for by_drop in [false, true] {
            let Scene { log, store, items, .. } = scene.again().await?;
            let mut feed = items.changes().await?;
            let pending = items.insert(item(4, 40));
            let mut pending: Work<()> = Box::pin(async move { pending.await.map(drop) });
            assert!(poll(&mut pending).is_none());
            let reader = tokio::spawn(async move {
                let mut keys = Vec::new();
                while let Some(change) = feed.next().await {
                    keys.push(change.expect("no loss").key());
                }
                keys
            });
            tokio::task::yield_now().await;
            let close = if by_drop {
                drop(store);
                None
            } else {
                Some(tokio::spawn(async move { store.close().await }))
            };
            tokio::task::yield_now().await;
            log.acknowledge_all();
            pending.await?;
            if let Some(close) = close {
                close.await.expect("it does not panic")?;
            }
            assert_eq!(reader.await.expect("it does not panic"), [4], "by dropping: {by_drop}");
        }
        Ok(())
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_close_ends_also_when_what_is_pending_fails() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let first = scene.begin(4, 40);
        let mut close: Work<()> = {
            let store = scene.store.clone();
            Box::pin(async move { store.close().await })
        };
        assert!(poll(&mut close).is_none());
        scene.log.end(0, Err(disk_is_full()));
        assert_eq!(first.await.expect_err("it failed").kind(), ErrorKind::Io);
        close.await?;
        assert!(feed.next().await.is_none(), "nothing came");
        Ok(())
    })
    .await;
}
