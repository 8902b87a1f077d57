//! Logs that fail.

use routier::{Error, ErrorKind, Result};

use crate::double::{Mode, disk_is_full};
use crate::scene::{Item, NewTicket, Work, begun, given, item, on_each, poll, seen};

const BEFORE: [(u64, i64); 3] = [(1, 10), (2, 20), (3, 30)];

#[track_caller]
fn fails<T: std::fmt::Debug>(outcome: Result<T>, kind: ErrorKind) -> Error {
    let error = outcome.expect_err("it fails");
    assert_eq!(error.kind(), kind, "{error}");
    error
}

#[tokio::test]
async fn a_failure_fails_all_that_is_pending_and_undoes_nothing_that_is_visible() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        let done = scene.begin(1, 11);
        scene.log.acknowledge_all();
        done.await?;
        let (token, snapshot) = (scene.store.token(), scene.store.snapshot().await?);
        let history = scene.store.stats().history;
        let before = scene.begin(1, 12);
        let failed = scene.begin(4, 40);
        let removed = begun(Box::pin(scene.items.remove_key(&2)));
        let many = begun(Box::pin(scene.items.insert_many((10..90).map(|id| item(id, 0)))));
        scene.log.end(1, Err(disk_is_full()));
        assert!(fails(failed.await, ErrorKind::Io).to_string().contains("the disk is full"));
        fails(before.await, ErrorKind::Poisoned);
        fails(removed.await, ErrorKind::Poisoned);
        fails(many.await, ErrorKind::Poisoned);
        // what is acknowledged now has failed already
        scene.log.acknowledge_all();
        let visible = [(1, 11), (2, 20), (3, 30)];
        assert_eq!(seen(&scene.items).await?, visible);
        assert_eq!(seen(&snapshot.collection().await?).await?, visible);
        assert_eq!(seen(&*scene.store.begin().await?.collection().await?).await?, visible);
        assert_eq!((scene.store.token(), scene.store.stats().rows), (token, 3));
        assert_eq!(scene.store.stats().history, history, "what failed is no history");
        assert_eq!(given(&mut feed).len(), 1, "nothing that failed is in the feed");
        assert!(given(&mut scene.store.changes_after(token).await?).is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn after_a_failure_writes_are_refused_and_reads_go_on() {
    on_each(async |scene| {
        let tx = scene.store.begin().await?;
        let own = tx.collection::<Item>().await?;
        own.insert(item(9, 90)).await?;
        let handle = scene.items.get(&1).await?.expect("it is there");
        let failed = scene.begin(1, 11);
        scene.log.end(0, Err(disk_is_full()));
        fails(failed.await, ErrorKind::Io);
        scene.log.set(Mode::AtOnce);
        fails(scene.items.insert(item(4, 40)).await, ErrorKind::Poisoned);
        fails(scene.items.update(&handle, |item| item.value = 12).await, ErrorKind::Poisoned);
        fails(scene.items.modify(&1, |item| item.value = 12).await, ErrorKind::Poisoned);
        fails(scene.items.upsert(item(1, 12)).await, ErrorKind::Poisoned);
        fails(scene.items.remove(&handle).await, ErrorKind::Poisoned);
        fails(scene.items.remove_key(&1).await, ErrorKind::Poisoned);
        fails(scene.items.query().update(|item| item.value = 12).await, ErrorKind::Poisoned);
        fails(scene.items.query().remove().await, ErrorKind::Poisoned);
        fails(tx.commit().await, ErrorKind::Poisoned);
        let mut runs = 0;
        let outcome = scene
            .store
            .transaction(|tx| {
                runs += 1;
                async move { tx.collection::<Item>().await?.insert(item(9, 90)).await.map(drop) }
            })
            .await;
        let error = fails(outcome, ErrorKind::Poisoned);
        assert!(!error.is_retryable());
        assert_eq!(runs, 1, "another run would not help");
        assert_eq!(seen(&scene.items).await?, BEFORE);
        let read = scene.store.begin().await?;
        assert_eq!(read.collection::<Item>().await?.query().count().await?, 3);
        read.commit().await?;
        assert_eq!(scene.log.taken().len(), 2, "the log is asked no more");
        scene.store.close().await
    })
    .await;
}

#[tokio::test]
async fn every_way_to_fail_is_one() {
    for mode in [Mode::FailAtOnce, Mode::Forget] {
        on_each(async |scene| {
            scene.log.set(mode);
            let outcome = scene.items.upsert(item(1, 11)).await;
            let error = outcome.expect_err("it fails");
            let kind = if mode == Mode::Forget { ErrorKind::Poisoned } else { ErrorKind::Io };
            assert_eq!(error.kind(), kind, "{mode:?}: {error}");
            scene.log.set(Mode::AtOnce);
            fails(scene.items.upsert(item(1, 12)).await, ErrorKind::Poisoned);
            assert_eq!(seen(&scene.items).await?, BEFORE, "{mode:?}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn what_the_log_refuses_was_never_there_and_poisons_nothing() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        let first = scene.begin(1, 11);
        scene.log.set(Mode::Refuse);
        fails(scene.items.insert(item(4, 40)).await, ErrorKind::Io);
        let tx = scene.store.begin().await?;
        let own = tx.collection::<Item>().await?;
        let row = own.insert(item(5, 50)).await?;
        own.remove_key(&3).await?;
        fails(tx.commit().await, ErrorKind::Io);
        let ticket = fails(scene.tickets.insert(NewTicket { value: 1 }).await, ErrorKind::Io);
        assert!(!ticket.is_retryable());
        scene.log.set(Mode::Hold);
        // what it refused stands in nobody's way
        let again = begun(Box::pin(scene.items.insert(item(4, 41))));
        let ticket = begun(Box::pin(scene.tickets.insert(NewTicket { value: 2 })));
        scene.log.acknowledge_all();
        first.await?;
        again.await?;
        assert!(ticket.await?.number > 1, "its identity is not given again");
        fails(scene.items.update(&row, |item| item.value = 51).await, ErrorKind::Conflict);
        let there = begun(Box::pin(scene.items.insert(item(5, 52))));
        scene.log.acknowledge_all();
        there.await?;
        fails(scene.items.update(&row, |item| item.value = 51).await, ErrorKind::Conflict);
        assert_eq!(seen(&scene.items).await?, [(1, 11), (2, 20), (3, 30), (4, 41), (5, 52)]);
        let numbers: Vec<u64> = given(&mut feed).iter().map(|commit| commit.number()).collect();
        assert_eq!(numbers, scene.log.taken()[1..]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_what_fails_hears_of_it() {
    on_each(async |scene| {
        let first = scene.begin(4, 40);
        let mut waiting: Vec<Work<()>> = vec![
            // it is a duplicate of what never came
            {
                let work = scene.items.insert(item(4, 41));
                Box::pin(async move { work.await.map(drop) })
            },
            {
                let work = scene.items.modify(&1, |item| item.value = 11);
                Box::pin(async move { work.await.map(drop) })
            },
            {
                let store = scene.store.clone();
                Box::pin(async move { store.close().await })
            },
        ];
        for work in &mut waiting {
            assert!(poll(work).is_none());
        }
        scene.log.end(0, Err(disk_is_full()));
        fails(first.await, ErrorKind::Io);
        let close = waiting.pop().expect("it is the last");
        for work in waiting {
            fails(work.await, ErrorKind::Poisoned);
        }
        close.await
    })
    .await;
}

#[tokio::test]
async fn no_identity_that_a_failed_commit_took_is_shown_by_another_row() {
    on_each(async |scene| {
        let first = begun(Box::pin(scene.tickets.insert(NewTicket { value: 1 })));
        scene.log.acknowledge_all();
        let first = first.await?;
        let second = begun(Box::pin(scene.tickets.insert(NewTicket { value: 2 })));
        scene.log.end(0, Err(disk_is_full()));
        fails(second.await, ErrorKind::Io);
        fails(scene.tickets.insert(NewTicket { value: 3 }).await, ErrorKind::Poisoned);
        let tx = scene.store.begin().await?;
        let staged = tx.collection::<crate::scene::Ticket>().await?.insert(NewTicket { value: 4 }).await?;
        assert!(staged.number > first.number + 1, "{staged:?}");
        assert_eq!(scene.tickets.query().keys().await?, [first.number]);
        Ok(())
    })
    .await;
}
