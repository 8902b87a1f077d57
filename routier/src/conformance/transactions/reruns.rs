//! Transactions that are run again: section 4.5.

use super::clock::Quick;
use super::losing::Met::{self, *};
use super::losing::{Losing, run_with};
use super::scene::{Item, item, strongest};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::env::sync::{AtomicU32, Mutex, Ordering};
use crate::{ConflictCause, Error, ErrorKind, Result, Store};

clauses! {
    "4.5" tx_rerun: "A transaction that lost a row, a key or a distinct value to a later commit is run again.";
    "4.5" tx_rerun_read [SERIALIZABLE]: "A transaction whose reads were met by a later commit is run again.";
    "4.5" tx_rerun_swallowed: "It is run again whatever the closure made of the conflict: `Ok`, or an error of its own.";
    "4.5" tx_rerun_by_hand [SERIALIZABLE]: "It is run again also when the closure committed by hand, and lost.";
    "4.5" tx_rerun_not: "A transaction is not run again for what was so at its snapshot already, or for an error of the user's own.";
    "4.5" tx_rerun_fresh: "Each run reads what was committed before it, and has nothing staged.";
    "4.5" tx_rerun_number: "A run knows its number, and what the one before lost by.";
    "4.5" tx_rerun_16: "A transaction is run 16 times at most, and the last conflict comes back.";
    "4.5" tx_rerun_runs: "`runs(n)` says how often at most, and 0 is once.";
    "4.5" tx_rerun_committed: "What the closure has committed by hand is not run again, whatever it gives then.";
    "4.5" tx_rerun_value: "What the closure gave in the run that was committed comes back.";
}

/// Once, and not in the second run.
async fn once(subject: &Subject, cases: &[Met]) -> Result<()> {
    let losing = Losing::new(subject).await?;
    for met in cases {
        let (runs, outcome) = run_with(&losing, strongest(&losing.store), *met, 1).await;
        assert_eq!(outcome.map_err(|error| error.kind()), Ok(()), "{met:?}");
        assert_eq!(runs, 2, "{met:?}");
        assert!(losing.is_written().await?, "{met:?}");
    }
    Ok(())
}

async fn tx_rerun(subject: &Subject) -> Result<()> {
    once(subject, &[Version, Removed, Key, Distinct, NewerHandle]).await
}

async fn tx_rerun_read(subject: &Subject) -> Result<()> {
    once(subject, &[Read, Absent, Phantom]).await
}

async fn tx_rerun_swallowed(subject: &Subject) -> Result<()> {
    once(subject, &[Swallowed, Replaced]).await
}

async fn tx_rerun_by_hand(subject: &Subject) -> Result<()> {
    once(subject, &[ByHand, ByHandSwallowed]).await
}

async fn tx_rerun_not(subject: &Subject) -> Result<()> {
    let losing = Losing::new(subject).await?;
    let cases = [
        (StaleHandle, ErrorKind::Conflict),
        (KeyThere, ErrorKind::Duplicate),
        (DistinctThere, ErrorKind::Duplicate),
        (DistinctAtCommit, ErrorKind::Duplicate),
        (OwnDistinct, ErrorKind::Duplicate),
        (Own, ErrorKind::Other),
        (NotFound, ErrorKind::NotFound),
        (Invalid, ErrorKind::Invalid),
    ];
    for (met, kind) in cases {
        let (runs, outcome) = run_with(&losing, strongest(&losing.store), met, u32::MAX).await;
        let error = outcome.err().map(|error| (error.kind(), error.is_retryable()));
        assert_eq!(error, Some((kind, false)), "{met:?}");
        assert_eq!(runs, 1, "{met:?}");
        assert!(!losing.is_written().await?, "{met:?}: nothing is written");
    }
    Ok(())
}

async fn tx_rerun_fresh(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let items = &store.collection::<Item>().await?;
    items.insert(item(1)).await?;
    let seen = &Mutex::new(Vec::new());
    let run = store.transaction_with(strongest(&store), |tx| async move {
        let own = tx.collection::<Item>().await?;
        let ids = own.query().keys().await?;
        let found = own.get(&1).await?.map(|row| row.value);
        seen.lock().push((ids, found));
        own.insert(item(100 + u64::from(tx.run()))).await?;
        own.modify(&1, |item| item.value += 1_000).await?;
        if tx.run() < 4 {
            items.insert(item(1 + u64::from(tx.run()))).await?;
            items.modify(&1, |item| item.value += 1).await?;
        }
        Ok(())
    });
    run.await?;
    let seen = std::mem::take(&mut *seen.lock());
    let expected = [
        (vec![1], Some(10)),
        (vec![1, 2], Some(11)),
        (vec![1, 2, 3], Some(12)),
        (vec![1, 2, 3, 4], Some(13)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(items.query().keys().await?, [1, 2, 3, 4, 104]);
    assert_eq!(items.get(&1).await?.map(|row| row.value), Some(1_013));
    Ok(())
}

async fn tx_rerun_number(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let items = &store.collection::<Item>().await?;
    items.insert(item(1)).await?;
    let told = &Mutex::new(Vec::new());
    let run = store.transaction_with(strongest(&store), |tx| async move {
        let lost = tx.lost().map(|error| (error.kind(), error.key().map(str::to_owned)));
        told.lock().push((tx.run(), lost));
        tx.collection::<Item>().await?.modify(&1, |item| item.value += 1).await?;
        if tx.run() < 3 {
            items.modify(&1, |item| item.value += 1).await?;
        }
        Ok(())
    });
    run.await?;
    let by = || Some((ErrorKind::Conflict, Some("1".to_owned())));
    assert_eq!(*told.lock(), [(1, None), (2, by()), (3, by())]);
    let tx = super::scene::begin(&store).await?;
    assert_eq!((tx.run(), tx.lost().is_none()), (1, true));
    Ok(())
}

async fn tx_rerun_16(subject: &Subject) -> Result<()> {
    let losing = Losing::new(subject).await?;
    for met in [Version, Key, Distinct, NewerHandle, Swallowed, Replaced] {
        let (runs, outcome) = run_with(&losing, strongest(&losing.store), met, u32::MAX).await;
        let Err(error) = outcome else { panic!("{met:?} in each run gave Ok") };
        assert_eq!(runs, 16, "{met:?}");
        assert!(error.is_retryable(), "{met:?}");
        assert_eq!(error.collection(), Some("tx_item"), "{met:?}");
        match met {
            Key | Distinct => {
                assert_eq!(error.kind(), ErrorKind::Duplicate, "{met:?}");
                assert!(error.value().is_some() && error.fields().is_some(), "{met:?}: {error:?}");
            }
            _ => {
                assert_eq!(error.kind(), ErrorKind::Conflict, "{met:?}");
                let is_whole =
                    matches!(error.cause(), Some(ConflictCause::Version { key, .. }) if key == "1");
                assert!(is_whole && error.key() == Some("1"), "{met:?}: {error:?}");
            }
        }
        assert!(!losing.is_written().await?, "{met:?}");
    }
    Ok(())
}

async fn tx_rerun_runs(subject: &Subject) -> Result<()> {
    let losing = Losing::new(subject).await?;
    for (asked, expected) in [(0, 1), (1, 1), (2, 2), (3, 3), (7, 7), (20, 20)] {
        let options = strongest(&losing.store).runs(asked);
        let (runs, outcome) = run_with(&losing, options, Version, u32::MAX).await;
        refused(outcome, ErrorKind::Conflict);
        assert_eq!(runs, expected, "runs({asked})");
        let options = strongest(&losing.store).runs(asked);
        let (runs, outcome) = run_with(&losing, options, Version, expected - 1).await;
        assert_eq!((runs, outcome.is_ok()), (expected, true), "runs({asked}), and the last is through");
        assert!(losing.is_written().await?);
    }
    Ok(())
}

async fn tx_rerun_committed(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    let runs = &AtomicU32::new(0);
    let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
        runs.fetch_add(1, Ordering::Relaxed);
        // a conflict that the closure does without
        losing.meet(tx.clone(), Some(Swallowed)).await?;
        tx.commit().await?;
        Err::<(), _>(Error::other("too late"))
    });
    assert_eq!(refused(run.await, ErrorKind::Other).to_string(), "too late");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert!(losing.is_written().await?);
    // and what it has rolled back is not committed
    let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
        losing.meet(tx.clone(), None).await?;
        tx.rollback().await.map(|()| 7)
    });
    assert_eq!(run.await?, 7);
    assert!(!losing.is_written().await?);
    Ok(())
}

async fn tx_rerun_value(subject: &Subject) -> Result<()> {
    let losing = &Losing::new(subject).await?;
    for lost in [0, 1, 5] {
        let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
            let run = tx.run();
            losing.meet(tx, (run <= lost).then_some(Version)).await?;
            Ok(format!("run {run}"))
        });
        assert_eq!(run.await?, format!("run {}", lost + 1));
    }
    let run = losing.store.transaction_with(strongest(&losing.store), |tx| async move {
        losing.meet(tx.clone(), None).await?;
        tx.commit().await.map(|()| 5)
    });
    assert_eq!(run.await?, 5);
    Ok(())
}
