//! Queries beside writers: each sees one state, whatever happens while it is carried out.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use routier::{Collection, Find, Result, Store, Versioned, View};
use routier_tests::stores::Kind;

use crate::entities::{Item, Rank, item};
use crate::rng::Rng;

const ROWS: u64 = 2_500;
/// What the scores of all rows add up to: writers only move them about.
const SUM: i128 = 10 * ROWS as i128;

fn new(id: u64) -> Item {
    Item {
        label: Some(format!("item {id}")),
        score: 10,
        group: (!id.is_multiple_of(4)).then_some((id % 200) as u8),
        tags: vec![format!("tag {}", id % 50), "all".to_owned(), format!("tag {}", id % 7)],
        rank: Rank::Captain,
        level: (id % 9) as f64,
        ..item(id)
    }
}

async fn filled(kind: Kind) -> Result<(Store, Collection<Item>)> {
    let store = kind.open().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many((0..ROWS).map(new)).await?;
    Ok((store, items))
}

type Ask = fn(&View<Item>) -> Find<Item>;

/// One of each way through many rows; every one of them gives all rows.
const WAYS: &[(&str, Ask)] = &[
    ("by key", |v| v.query()),
    ("by key, backwards", |v| v.query().order_by(|i| i.id.desc())),
    ("a range of keys", |v| v.filter(|i| i.id.le(u64::MAX))),
    ("an index", |v| v.query().order_by(|i| i.score.asc())),
    ("an index, backwards", |v| v.query().order_by(|i| i.score.desc())),
    ("a range of an index", |v| v.filter(|i| i.score.ge(i32::MIN))),
    ("several ranges", |v| v.filter(|i| i.score.lt(10) | i.score.ge(10))),
    ("a union", |v| v.filter(|i| i.score.lt(10) | i.group.is_none() | i.group.ge(0))),
    ("a list", |v| v.filter(|i| i.tags.contains("all"))),
    ("several of a list", |v| v.filter(|i| i.tags.contains_any(["all", "tag 3", "tag 5", "tag 12"]))),
    ("a scan", |v| v.filter(|i| !i.tags.is_empty())),
    ("a sort", |v| v.query().order_by(|i| i.open.desc()).then_by(|i| i.level.asc())),
];

/// Changes, removes and inserts many rows.
async fn shake(items: &Collection<Item>, rng: &mut Rng) -> Result<()> {
    for _ in 0..40 {
        let id = rng.below(ROWS + 50);
        match rng.below(4) {
            0 => drop(items.remove_key(&id).await?),
            1 => drop(items.upsert(Item { score: rng.below(99) as i32, ..new(id) }).await?),
            _ => {
                let by = rng.next();
                let changed = items.modify(&id, |item| {
                    item.score = by as i32 % 1_000;
                    item.group = (!by.is_multiple_of(3)).then_some((by >> 20) as u8);
                    item.tags.reverse();
                    item.tags.pop();
                });
                drop(changed.await);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_stays_at_its_state() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        for (name, ask) in WAYS {
            let (store, items) = filled(kind).await?;
            let mut rng = Rng::new(7);
            shake(&items, &mut rng).await?;
            let expected = ask(&items).all().await?;
            let then = store.snapshot().await?.collection::<Item>().await?;
            let mut streams = [ask(&items).stream(), ask(&then).stream()];
            let mut found = [Vec::new(), Vec::new()];
            for turn in 0..expected.len() + 1 {
                for (stream, found) in streams.iter_mut().zip(&mut found) {
                    found.extend(stream.next().await.transpose()?);
                }
                if turn % 50 == 0 {
                    shake(&items, &mut rng).await?;
                }
            }
            let is_same = |found: &[Versioned<Item>]| {
                found.len() == expected.len() && found.iter().zip(&expected).all(|(one, other)| one == other)
            };
            assert!(is_same(&found[0]), "{name} on {kind:?}: a stream of the store");
            assert!(is_same(&found[1]), "{name} on {kind:?}: a stream of a snapshot");
            drop((streams, found, then));
            let stats = store.stats();
            assert_eq!((stats.old_versions, stats.snapshots), (0, 0), "{name} on {kind:?}");
        }
    }
    Ok(())
}

/// Moves scores between rows, a transaction at a time, until it is told to stop.
async fn move_about(store: Store, seed: u64, stop: &AtomicBool) -> Result<u64> {
    let mut rng = Rng::new(seed);
    let mut moves = 0;
    while !stop.load(Ordering::Relaxed) {
        let (from, to, points) = (rng.below(ROWS), rng.below(ROWS), rng.below(20) as i32);
        if from == to {
            continue;
        }
        let moved = store.transaction(|tx| async move {
            let items = tx.collection::<Item>().await?;
            items
                .modify(&from, |item| {
                    item.score -= points;
                    item.tags.rotate_left(1);
                })
                .await?;
            items.modify(&to, |item| item.score += points).await?;
            // a row that goes and comes again is there all the time
            if points == 0
                && let Some(row) = items.remove_key(&from).await?
            {
                items.insert(Item::clone(&row)).await?;
            }
            Ok(())
        });
        moved.await?;
        moves += 1;
    }
    Ok(moves)
}

async fn is_whole(name: &str, find: Find<Item>) -> Result<()> {
    let rows = find.clone().all().await?;
    let ids: BTreeSet<u64> = rows.iter().map(|row| row.id).collect();
    assert_eq!((rows.len() as u64, ids.len() as u64), (ROWS, ROWS), "{name}");
    assert_eq!(rows.iter().map(|row| i128::from(row.score)).sum::<i128>(), SUM, "{name}");
    assert_eq!(find.clone().sum(|i| i.score).await?, SUM, "{name}");
    assert_eq!(find.clone().count().await?, ROWS, "{name}");
    let mut stream = find.stream();
    let (mut count, mut sum) = (0, 0);
    while let Some(row) = stream.next().await.transpose()? {
        count += 1;
        sum += i128::from(row.score);
    }
    assert_eq!((count, sum), (ROWS, SUM), "{name}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_way_sees_one_state_beside_writers() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let (store, items) = filled(kind).await?;
        let stop: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
        let writers: Vec<_> =
            (0..2).map(|seed| tokio::spawn(move_about(store.clone(), seed, stop))).collect();
        let mut outcome = Ok(Ok(()));
        for (name, ask) in WAYS.iter().chain(WAYS) {
            outcome = tokio::spawn(is_whole(name, ask(&items))).await.map_err(|panic| (name, panic));
            if outcome.is_err() {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            assert!(writer.await.unwrap()? > 0);
        }
        outcome.unwrap()?;
    }
    Ok(())
}

#[tokio::test]
async fn a_transaction_reads_what_its_commit_will_show() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let (store, items) = filled(kind).await?;
        for seed in 0..3 {
            let mut rng = Rng::new(seed);
            let transaction = store.begin().await?;
            let inside = transaction.collection::<Item>().await?;
            for _ in 0..8 {
                shake(&inside, &mut rng).await?;
            }
            let mut said = Vec::new();
            for (name, ask) in WAYS {
                let find = ask(&inside);
                let part = find.clone().offset(700).limit(900);
                let streamed = {
                    let mut stream = find.clone().stream();
                    let mut rows = Vec::new();
                    while let Some(row) = stream.next().await.transpose()? {
                        rows.push(row);
                    }
                    rows
                };
                let all = find.clone().all().await?;
                assert!(all == streamed, "{name} on {kind:?}: a stream");
                let (keys, some) = (find.keys().await?, part.keys().await?);
                assert_eq!(
                    keys.iter().skip(700).take(900).collect::<Vec<_>>(),
                    some.iter().collect::<Vec<_>>()
                );
                said.push((keys, paged(ask(&inside)).await?, all));
            }
            transaction.commit().await?;
            for ((name, ask), (keys, paged, all)) in WAYS.iter().zip(said) {
                let rows = ask(&items).all().await?;
                assert!(all.iter().map(|row| row.entity()).eq(rows.iter().map(|row| row.entity())), "{name}");
                assert_eq!(keys, rows.iter().map(Versioned::key).collect::<Vec<_>>(), "{name} on {kind:?}");
                assert_eq!(paged, keys, "{name} on {kind:?}: by pages");
            }
        }
    }
    Ok(())
}

/// The keys of all rows, a page at a time.
async fn paged(find: Find<Item>) -> Result<Vec<u64>> {
    let mut page = find.clone().page(333).await?;
    let mut keys: Vec<u64> = page.items().iter().map(Versioned::key).collect();
    while let Some(cursor) = page.next().cloned() {
        page = find.clone().after(&cursor).page(333).await?;
        keys.extend(page.items().iter().map(Versioned::key));
    }
    Ok(keys)
}
