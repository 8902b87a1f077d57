//! Callers that do not wait for the end of their commit.

use routier::{Result, Transaction};

use crate::scene::{Item, NewTicket, Scene, Work, given, item, on_each, poll, seen};

/// How a write begins, and what there is when it is through.
type Write = (&'static str, fn(&Scene) -> Work<()>, &'static [(u64, i64)]);

const WRITES: &[Write] = &[
    (
        "insert",
        |s| {
            let work = s.items.insert(item(4, 40));
            Box::pin(async move { work.await.map(drop) })
        },
        &[(1, 10), (2, 20), (3, 30), (4, 40)],
    ),
    (
        "insert_many",
        |s| {
            let work = s.items.insert_many((10..13).map(|id| item(id, 0)));
            Box::pin(async move { work.await.map(drop) })
        },
        &[(1, 10), (2, 20), (3, 30), (10, 0), (11, 0), (12, 0)],
    ),
    (
        "modify",
        |s| {
            let work = s.items.modify(&1, |item| item.value = 11);
            Box::pin(async move { work.await.map(drop) })
        },
        &[(1, 11), (2, 20), (3, 30)],
    ),
    (
        "remove_key",
        |s| {
            let work = s.items.remove_key(&1);
            Box::pin(async move { work.await.map(drop) })
        },
        &[(2, 20), (3, 30)],
    ),
    (
        "update of a query",
        |s| {
            let work = s.items.filter(|i| i.value.ge(20)).update(|item| item.value += 1);
            Box::pin(async move { work.await.map(drop) })
        },
        &[(1, 10), (2, 21), (3, 31)],
    ),
    (
        "transaction",
        |s| {
            let store = s.store.clone();
            Box::pin(async move {
                let body = |tx: Transaction| async move {
                    let own = tx.collection::<Item>().await?;
                    own.modify(&1, |item| item.value = 11).await?;
                    own.insert(item(4, 40)).await?;
                    own.remove_key(&2).await.map(drop)
                };
                store.transaction(body).await
            })
        },
        &[(1, 11), (3, 30), (4, 40)],
    ),
];

#[tokio::test]
async fn a_commit_whose_caller_has_gone_becomes_visible_all_the_same() {
    for (name, write, expected) in WRITES {
        on_each(async |scene| {
            let mut feed = scene.store.changes().await?;
            let mut work = write(&scene);
            assert!(poll(&mut work).is_none(), "{name}");
            assert_eq!(scene.log.held().len(), 1, "{name} is with the log");
            drop(work);
            assert_eq!(seen(&scene.items).await?, [(1, 10), (2, 20), (3, 30)], "{name}");
            scene.log.acknowledge_all();
            assert_eq!(seen(&scene.items).await?, *expected, "{name}");
            let commits = given(&mut feed);
            assert_eq!(commits.len(), 1, "{name}");
            assert_eq!(commits[0].token(), scene.store.token(), "{name}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn others_behind_a_caller_that_has_gone_come_after_it() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        drop(scene.begin(1, 11));
        let second = scene.begin(1, 12);
        drop(scene.begin(1, 13));
        scene.log.acknowledge(1);
        assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(10));
        scene.log.acknowledge(0);
        assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(12));
        assert_eq!(Some(second.await?), scene.items.get(&1).await?.map(|row| row.version()));
        scene.log.acknowledge_all();
        let values: Vec<Option<i64>> =
            given(&mut feed).iter().map(|change| change.after().map(|row| row.value)).collect();
        assert_eq!(values, [Some(11), Some(12), Some(13)]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_handle_of_a_commit_that_nobody_waited_for_is_good_or_conflicts() {
    on_each(async |scene| {
        let tx = scene.store.begin().await?;
        let row = tx.collection::<Item>().await?.insert(item(4, 40)).await?;
        let mut commit: Work<()> = Box::pin(tx.commit());
        assert!(poll(&mut commit).is_none());
        drop(commit);
        scene.log.acknowledge_all();
        assert_eq!(scene.items.get(&4).await?.map(|row| row.value), Some(40));
        let mut update = Box::pin(scene.items.update(&row, |item| item.value = 41));
        if poll(&mut update).transpose().is_ok_and(|outcome| outcome.is_none()) {
            scene.log.acknowledge_all();
            assert_eq!(update.await?.value, 41);
        } else {
            assert_eq!(scene.items.get(&4).await?.map(|row| row.value), Some(40));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn no_identity_is_given_twice_whoever_waits() -> Result<()> {
    on_each(async |scene| {
        let insert = |value| {
            let work = scene.tickets.insert(NewTicket { value });
            let work: Work<u64> = Box::pin(async move { work.await.map(|row| row.number) });
            crate::scene::begun(work)
        };
        let (first, second, third) = (insert(1), insert(2), insert(3));
        drop(second);
        assert_eq!(scene.tickets.query().count().await?, 0);
        let tx = scene.store.begin().await?;
        let staged = tx.collection::<crate::scene::Ticket>().await?.insert(NewTicket { value: 4 }).await?;
        scene.log.acknowledge_all();
        let (first, third) = (first.await?, third.await?);
        tx.rollback().await?;
        let last = insert(5);
        scene.log.acknowledge_all();
        let last = last.await?;
        assert!(first < third && third < staged.number && staged.number < last);
        assert_eq!(scene.tickets.query().keys().await?, [first, first + 1, third, last]);
        Ok(())
    })
    .await;
    Ok(())
}
