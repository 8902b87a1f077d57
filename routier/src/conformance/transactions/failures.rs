//! Errors of the user's own, and options: section 4.5.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use super::losing::{Losing, Met};
use super::polling::Work;
use super::scene::{Item, Scene, begin, begin_items, item, strongest};
use super::side::together;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::{Pause, refused};
use crate::env::sync::{AtomicBool, AtomicU32, Mutex, Ordering};
use crate::{Clock, Error, ErrorKind, ManualClock, Result, Store, Transaction};

clauses! {
    "4.5" tx_own_error: "The user's own error comes back untouched, and undoes what was done.";
    "4.5" tx_try: "`try_transaction` gives errors of the closure's own type, and the store's converted.";
    "4.5" tx_try_rerun: "`try_transaction` runs again as `transaction` does, with the options that it is given.";
    "4.5" tx_timeout: "A transaction that is not through in its time is rolled back with `Timeout`.";
    "4.5" tx_timeout_sum: "The time of a transaction covers all its runs and the pauses between them.";
    "4.5" tx_timeout_unnoticed: "A transaction that is through in time leaves nothing of its timeout behind.";
    "4.5" tx_ids: "Each transaction, and each run of one, has an id of its own.";
}

#[derive(Debug, PartialEq, Eq)]
struct Poor {
    lacks: i64,
}

impl fmt::Display for Poor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} short", self.lacks)
    }
}

impl std::error::Error for Poor {}

#[derive(Debug)]
enum Failure {
    Poor(Poor),
    Store(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

async fn tx_own_error(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    let runs = &AtomicU32::new(0);
    let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
        runs.fetch_add(1, Ordering::Relaxed);
        losing.meet(tx, None).await?;
        Err::<(), _>(Error::other(Poor { lacks: 3 }))
    });
    let error = refused(run.await, ErrorKind::Other);
    assert_eq!(error.to_string(), "3 short");
    assert!(!error.is_retryable());
    assert_eq!(error.downcast::<Poor>().ok(), Some(Poor { lacks: 3 }));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert!(!losing.is_written().await?);
    Ok(())
}

async fn tx_try(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    let options = || strongest(&losing.store);
    let run = losing.store.try_transaction_with(options(), |tx| async move {
        losing.meet(tx, None).await?;
        Err::<(), _>(Failure::Poor(Poor { lacks: 1 }))
    });
    let outcome = run.await;
    assert!(matches!(outcome, Err(Failure::Poor(Poor { lacks: 1 }))), "{outcome:?}");
    assert!(!losing.is_written().await?);
    let run = losing.store.try_transaction_with(options(), |tx| async move {
        losing.meet(tx, Some(Met::DistinctAtCommit)).await?;
        Ok::<_, Failure>(())
    });
    let outcome = run.await;
    let is_converted = matches!(&outcome, Err(Failure::Store(error)) if error.kind() == ErrorKind::Duplicate);
    assert!(is_converted, "{outcome:?}");
    let run = losing.store.try_transaction_with(options(), |tx| async move {
        losing.meet(tx, None).await?;
        Ok::<_, Failure>(7)
    });
    assert_eq!(run.await.ok(), Some(7));
    assert!(losing.is_written().await?);
    Ok(())
}

async fn tx_try_rerun(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    for (most, lost) in [(5, 2), (2, 5)] {
        let runs = &AtomicU32::new(0);
        let run = losing.store.try_transaction_with(strongest(&losing.store).runs(most), |tx| async move {
            let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
            // what the closure makes of a conflict matters as little
            let met = (run <= lost).then_some(Met::Replaced);
            losing.meet(tx, met).await.map_err(|_| Failure::Poor(Poor { lacks: 0 }))?;
            Ok::<_, Failure>(run)
        });
        let outcome = run.await;
        if lost < most {
            assert_eq!(outcome.ok(), Some(lost + 1));
        } else {
            assert!(matches!(&outcome, Err(Failure::Store(error)) if error.is_retryable()), "{outcome:?}");
            assert_eq!(runs.load(Ordering::Relaxed), most);
        }
        assert_eq!(losing.is_written().await?, lost < most);
    }
    Ok(())
}

async fn tx_timeout(subject: &Subject) -> Result<()> {
    let clock = ManualClock::new(Duration::from_secs(1_700_000_000));
    let store = subject.build(Store::builder().clock(clock.clone())).await?;
    let scene = Scene::new(store.clone()).await?;
    let before = scene.state().await?;
    let left: &Mutex<Option<Transaction>> = &Mutex::default();
    let is_over = &AtomicBool::new(false);
    let run: Work<'_, Result<()>> = Box::pin(async {
        let options = strongest(&store).timeout(Duration::from_secs(60));
        let outcome: Result<()> = store
            .transaction_with(options, |tx| async move {
                tx.collection::<Item>().await?.insert(item(6)).await?;
                *left.lock() = Some(tx);
                pending().await
            })
            .await;
        is_over.store(true, Ordering::Relaxed);
        outcome
    });
    let tick: Work<'_, Result<()>> = Box::pin(async {
        while left.lock().is_none() {
            Pause::default().await;
        }
        for (seconds, expected) in [(59, false), (1, true)] {
            clock.advance(Duration::from_secs(seconds));
            for _ in 0..20 {
                Pause::default().await;
            }
            assert_eq!(is_over.load(Ordering::Relaxed), expected, "{seconds} s later");
        }
        Ok(())
    });
    let mut outcomes = together([run, tick]).await;
    let error = refused(outcomes.swap_remove(0), ErrorKind::Timeout);
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("60s"), "{error}");
    let left = left.lock().take();
    refused(left.map_or(Ok(()), |tx| tx.token().map(drop)), ErrorKind::Closed);
    assert_eq!(scene.state().await?, before);
    assert_eq!(clock.n_sleepers(), 0, "nobody sleeps any more");
    scene.items.insert(item(6)).await.map(drop)
}

async fn tx_timeout_sum(subject: &Subject) -> Result<()> {
    let clock = &ManualClock::new(Duration::ZERO);
    let store = subject.build(Store::builder().clock(clock.clone())).await?;
    let items = &store.collection::<Item>().await?;
    items.insert(Item { value: 0, ..item(1) }).await?;
    let is_over = &AtomicBool::new(false);
    let lose: Work<'_, Result<()>> = Box::pin(async {
        let options = strongest(&store).timeout(Duration::from_secs(10));
        let outcome = store
            .transaction_with(options, |tx| async move {
                let own = tx.collection::<Item>().await?;
                clock.sleep(Duration::from_secs(1)).await;
                own.modify(&1, |item| item.value += 100).await?;
                items.modify(&1, |item| item.value += 1).await.map(drop)
            })
            .await;
        is_over.store(true, Ordering::Relaxed);
        outcome
    });
    let tick: Work<'_, Result<()>> = Box::pin(async {
        while !is_over.load(Ordering::Relaxed) {
            Pause::default().await;
            // where nobody sleeps something else is under way
            if clock.n_sleepers() > 1 {
                clock.advance(Duration::from_millis(500));
            }
        }
        Ok(())
    });
    let mut outcomes = together([lose, tick]).await;
    refused(outcomes.swap_remove(0), ErrorKind::Timeout);
    let runs = items.get(&1).await?.map_or(0, |row| row.value);
    assert!((2..=10).contains(&runs), "{runs} runs within ten seconds, of one second each");
    assert_eq!(clock.n_sleepers(), 0, "nobody sleeps any more");
    Ok(())
}

async fn tx_timeout_unnoticed(subject: &Subject) -> Result<()> {
    let clock = ManualClock::new(Duration::ZERO);
    let store = subject.build(Store::builder().clock(clock.clone())).await?;
    for timeout in [Duration::from_nanos(1), Duration::MAX] {
        let write =
            |tx: Transaction| async move { tx.collection::<Item>().await?.upsert(item(1)).await.map(drop) };
        store.transaction_with(strongest(&store).timeout(timeout), write).await?;
        assert_eq!(clock.n_sleepers(), 0, "{timeout:?}");
    }
    Ok(())
}

async fn tx_ids(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (tx, items) = begin_items(&losing.store).await?;
        assert_eq!(tx.clone().id(), tx.id());
        ids.push(tx.id());
        items.query().count().await?;
        tx.commit().await?;
    }
    ids.push(begin(&losing.store).await?.id());
    let seen = &Mutex::new(Vec::new());
    let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
        seen.lock().push(tx.id());
        let met = (tx.run() < 3).then_some(Met::Version);
        losing.meet(tx, met).await
    });
    run.await?;
    ids.append(&mut seen.lock());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    Ok(())
}
