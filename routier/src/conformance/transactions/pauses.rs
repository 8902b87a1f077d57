//! Between runs: pauses by the clock, and turns: sections 4.5 and 4.6.

use std::time::Duration;

use uuid::Uuid;

use super::clock::{LONGEST_PAUSE, Quick};
use super::losing::{Losing, Met, run_with};
use super::scene::{Item, item, strongest};
use super::side::{now, together};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::{Pause, refused};
use crate::env::sync::{AtomicU32, AtomicU64, Ordering};
use crate::{ErrorKind, IdGen, Result, SequentialIds, Store};

clauses! {
    "4.5" tx_backoff: "The pauses between runs follow the store's clock, and are at most 0.1 ms, doubling to 50 ms.";
    "4.5" tx_jitter: "A pause is of any length from none at all to its longest, by the store's randomness.";
    "4.5" tx_no_pause: "A transaction that is through in its first run asks the clock for no pause.";
    "4.5" tx_turns: "Any number of transactions that lose to each other end within 16 runs: the last ones take turns.";
    "4.5" tx_turns_nested: "Work within a run that has the turn ends, also when it has to wait for a turn itself.";
    "4.6" tx_modify_unbounded: "`modify` retries as often as others are faster, and more than 16 times.";
    "4.6" tx_modify_turns: "Any number of `modify` of one row beside each other all end, and none is lost.";
    "4.6" tx_modify_takes_turns [SERIALIZABLE]: "`modify`, updates by query and transactions of one row beside each other all end.";
}

/// The pauses of one transaction that loses in each of its 16 runs.
async fn pauses(losing: &Losing) -> Result<Vec<Duration>> {
    losing.clock.slept();
    let (runs, outcome) = run_with(losing, strongest(&losing.store), Met::Version, u32::MAX).await;
    refused(outcome, ErrorKind::Conflict);
    assert_eq!(runs, 16);
    Ok(losing.clock.slept())
}

fn longest(place: usize) -> Duration {
    let doubled = u32::try_from(place).ok().and_then(|place| 1_u32.checked_shl(place));
    doubled.map_or(LONGEST_PAUSE, |doubled| (Duration::from_micros(100) * doubled).min(LONGEST_PAUSE))
}

async fn tx_backoff(subject: &Subject) -> Result<()> {
    let losing = Losing::new(subject).await?;
    for _ in 0..20 {
        let pauses = pauses(&losing).await?;
        // the last runs take turns instead
        assert!((9..16).contains(&pauses.len()), "{pauses:?}");
        for (place, pause) in pauses.iter().enumerate() {
            assert!(*pause <= longest(place), "pause {place} was {pause:?}");
        }
    }
    Ok(())
}

/// Randomness that says how large a part of the longest pause comes out: numbers spread evenly over all.
#[derive(Debug, Default)]
struct Even {
    ids: SequentialIds,
    next: AtomicU64,
}

impl IdGen for Even {
    fn uuid(&self) -> Uuid {
        self.ids.uuid()
    }

    fn random(&self) -> u64 {
        // Knuth's multiplier: consecutive multiples fill the range evenly
        self.next.fetch_add(1, Ordering::Relaxed).wrapping_mul(6_364_136_223_846_793_005) >> 20
    }
}

async fn tx_jitter(subject: &Subject) -> Result<()> {
    let losing = Losing::over(subject, Quick::default(), Store::builder().ids(Even::default())).await?;
    let mut parts: Vec<[u32; 4]> = Vec::new();
    for _ in 0..40 {
        for (place, pause) in pauses(&losing).await?.into_iter().enumerate() {
            parts.resize(parts.len().max(place + 1), [0; 4]);
            let part = (pause.as_nanos() * 4 / (longest(place).as_nanos() + 1)).min(3);
            if let Some(hits) = parts.get_mut(place).and_then(|parts| parts.get_mut(part as usize)) {
                *hits += 1;
            }
        }
    }
    for (place, quarters) in parts.iter().enumerate() {
        assert!(
            quarters.iter().all(|hits| *hits > 0),
            "pause {place} by quarters of its longest: {quarters:?}"
        );
    }
    Ok(())
}

async fn tx_no_pause(subject: &Subject) -> Result<()> {
    let losing = Losing::new(subject).await?;
    losing.clock.slept();
    for met in [Met::Own, Met::NotFound, Met::KeyThere] {
        let (runs, _) = run_with(&losing, strongest(&losing.store), met, 1).await;
        assert_eq!((runs, losing.clock.slept()), (1, Vec::new()), "{met:?}");
    }
    let (runs, outcome) = run_with(&losing, strongest(&losing.store), Met::Version, 0).await;
    outcome?;
    assert_eq!((runs, losing.clock.slept()), (1, Vec::new()));
    let (runs, outcome) = run_with(&losing, strongest(&losing.store), Met::Version, 1).await;
    outcome?;
    assert_eq!((runs, losing.clock.slept().len()), (2, 1));
    Ok(())
}

async fn tx_turns(subject: &Subject) -> Result<()> {
    const N: i64 = 40;
    let store = &subject.build(Store::builder().clock(Quick::default())).await?;
    let items = store.collection::<Item>().await?;
    items.insert(Item { value: 0, ..item(1) }).await?;
    let most = &AtomicU32::new(0);
    let adds = (0..N).map(|_| {
        store.transaction_with(strongest(store), |tx| async move {
            most.fetch_max(tx.run(), Ordering::Relaxed);
            let own = tx.collection::<Item>().await?;
            let read = own.get(&1).await?.map_or(0, |row| row.value);
            // all others read before it writes
            Pause::default().await;
            own.modify(&1, move |item| item.value = read + 1).await.map(drop)
        })
    });
    for outcome in together(adds).await {
        outcome?;
    }
    assert_eq!(items.get(&1).await?.map(|row| row.value), Some(N));
    assert!(most.load(Ordering::Relaxed) > 1, "they lost to each other");
    Ok(())
}

async fn tx_turns_nested(subject: &Subject) -> Result<()> {
    // the end of a turn that lasts too long comes, too
    let clock = Quick::up_to(Duration::MAX);
    let losing = &Losing::over(subject, clock, Store::builder()).await?;
    let twice = || strongest(&losing.store).runs(2);
    let outer = losing.store.transaction_with(twice(), |tx| async move {
        if tx.run() == 1 {
            return losing.meet(tx, Some(Met::Version)).await;
        }
        // it has the turn, and the second run of this one wants it
        let (runs, outcome) = run_with(losing, twice(), Met::Version, 1).await;
        assert_eq!(runs, 2);
        outcome?;
        let add = || losing.store.collection::<Item>();
        let (one, other) = (add().await?, add().await?);
        let adds = [&one, &other].map(|items| items.modify(&2, |item| item.value += 1));
        together(adds).await.into_iter().try_for_each(|outcome| outcome.map(drop))
    });
    outer.await
}

async fn tx_modify_unbounded(subject: &Subject) -> Result<()> {
    const LOST: i64 = 40;
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let items = store.collection::<Item>().await?;
    items.insert(Item { value: 0, ..item(1) }).await?;
    let (faster, mut calls) = (items.clone(), 0);
    let change = move |item: &mut Item| {
        assert_eq!(item.value, calls, "it is given the row as it is now");
        calls += 1;
        if calls <= LOST {
            let outcome = now(faster.modify(&1, |item| item.value += 1));
            assert!(outcome.is_ok());
        }
        item.value += 1_000;
    };
    let row = items.modify(&1, change).await?;
    assert_eq!(row.value, LOST + 1_000);
    assert_eq!(items.get(&1).await?, Some(row));
    Ok(())
}

async fn tx_modify_turns(subject: &Subject) -> Result<()> {
    const N: i64 = 40;
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let items = store.collection::<Item>().await?;
    items.insert(Item { value: 0, ..item(1) }).await?;
    let adds = (0..N).map(|_| items.modify(&1, |item| item.value += 1));
    for outcome in together(adds).await {
        outcome?;
    }
    assert_eq!(items.get(&1).await?.map(|row| row.value), Some(N));
    // one that gives up while it waits for its turn is in nobody's way
    let mut given_up: Vec<_> = (0..5).map(|_| Box::pin(items.modify(&1, |item| item.value += 1))).collect();
    for work in &mut given_up {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..3 {
            if work.as_mut().poll(&mut context).is_ready() {
                break;
            }
        }
    }
    drop(given_up);
    items.modify(&1, |item| item.value = 0).await.map(drop)
}

async fn tx_modify_takes_turns(subject: &Subject) -> Result<()> {
    const N: u64 = 30;
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let items = store.collection::<Item>().await?;
    items.insert_many([Item { value: 0, ..item(1) }, Item { value: 0, ..item(2) }]).await?;
    let add = |item: &mut Item| item.value += 1;
    let adds = (0..N).map(|n| {
        let (store, items) = (store.clone(), items.clone());
        async move {
            let key = n % 2 + 1;
            match n % 3 {
                0 => items.filter(|i| i.id.eq(key)).update(add).await.map(drop),
                1 => items.modify(&key, add).await.map(drop),
                _ => {
                    let run = store.transaction(|tx| async move {
                        let own = tx.collection::<Item>().await?;
                        Pause::default().await;
                        own.modify(&key, add).await.map(drop)
                    });
                    run.await
                }
            }
        }
    });
    for outcome in together(adds).await {
        outcome?;
    }
    assert_eq!(super::scene::values(&items).await?, [(1, 15), (2, 15)]);
    Ok(())
}
