//! Logs that acknowledge on threads of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use routier::{ErrorKind, Result, Transaction, TransactionOptions};

use crate::double::{Double, Mode, disk_is_full};
use crate::scene::{Item, Scene, given, item, on_each, seen};

/// Acknowledges whatever is held, in an order that looks like none, until it is told to stop.
fn acknowledges(log: Arc<Double>, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut random = 17_u64;
        loop {
            let is_over = stop.load(Ordering::Acquire);
            let count = log.held().len();
            if count > 0 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                log.acknowledge((random >> 33) as usize % count);
            } else if is_over {
                return;
            } else {
                std::thread::yield_now();
            }
        }
    })
}

/// Each of four writers commits fifty times, to a counter that all change and to a row of its own.
async fn write(scene: &Scene) -> Result<()> {
    let writers: Vec<_> = (0..4_u64)
        .map(|writer| {
            let (store, items) = (scene.store.clone(), scene.items.clone());
            tokio::spawn(async move {
                for round in 0..25_i64 {
                    items.modify(&1, |item| item.value += 1).await?;
                    let body = |tx: Transaction| async move {
                        let own = tx.collection::<Item>().await?;
                        own.upsert(item(10 + writer, round)).await?;
                        own.modify(&1, |item| item.value += 1).await.map(drop)
                    };
                    // how often one loses that has no pauses is not what this is about
                    store.transaction_with(TransactionOptions::new().runs(1_000), body).await?;
                }
                Result::<()>::Ok(())
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no writer panics")?;
    }
    Ok(())
}

async fn is_whole(scene: &Scene, feed: &mut routier::Feed<routier::Commit>) -> Result<()> {
    assert_eq!(
        seen(&scene.items).await?,
        [(1, 210), (2, 20), (3, 30), (10, 24), (11, 24), (12, 24), (13, 24)]
    );
    let commits = given(feed);
    assert!(commits.is_sorted_by(|left, right| left.number() < right.number()));
    assert_eq!(commits.len(), 200);
    // each change of the counter follows on the one before, so that none was lost or came twice
    let values: Vec<(Option<i64>, Option<i64>)> = commits
        .iter()
        .flat_map(|commit| commit.of::<Item>())
        .filter(|change| change.key() == 1)
        .map(|change| (change.before().map(|row| row.value), change.after().map(|row| row.value)))
        .collect();
    let expected: Vec<_> = (10..210).map(|value| (Some(value), Some(value + 1))).collect();
    assert_eq!(values, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_write_is_whole_and_in_order_when_another_thread_acknowledges() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = acknowledges(Arc::clone(&scene.log), Arc::clone(&stop));
        let outcome = write(&scene).await;
        stop.store(true, Ordering::Release);
        thread.join().expect("it does not panic");
        outcome?;
        is_whole(&scene, &mut feed).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn so_it_is_when_each_commit_has_a_thread_of_its_own() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        scene.log.set(Mode::Elsewhere);
        write(&scene).await?;
        is_whole(&scene, &mut feed).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failure_in_the_midst_of_many_ends_all_of_them() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        let writers: Vec<_> = (0..20_u64)
            .map(|writer| {
                let items = scene.items.clone();
                tokio::spawn(async move { items.upsert(item(20 + writer, 1)).await })
            })
            .collect();
        while scene.log.held().len() < 20 {
            tokio::task::yield_now().await;
        }
        scene.log.acknowledge_group(7);
        scene.log.end(5, Err(disk_is_full()));
        let mut outcomes = Vec::new();
        for writer in writers {
            outcomes.push(writer.await.expect("no writer panics").map_err(|error| error.kind()));
        }
        let count = |kind| outcomes.iter().filter(|outcome| outcome.as_ref().err() == Some(&kind)).count();
        assert_eq!((count(ErrorKind::Io), count(ErrorKind::Poisoned)), (1, 12));
        assert_eq!(scene.items.filter(|i| i.id.ge(20)).count().await?, 7);
        assert_eq!(given(&mut feed).len(), 7);
        Ok(())
    })
    .await;
}
