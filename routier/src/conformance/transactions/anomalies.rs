//! The anomalies that have names, where one thing after the other cannot have led to what is seen: section 4.1.

use super::polling::{Work, poll_times};
use super::scene::{Item, Scene, begin, begin_items, item, values};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Collection, ErrorKind, Isolation, Result, Store, Transaction, TransactionOptions};

clauses! {
    "4.1" tx_dirty_write: "Two transactions that write the same rows are never mixed (G0).";
    "4.1" tx_aborted_read: "What was rolled back is never read (G1a).";
    "4.1" tx_intermediate_read: "What a transaction wrote before its last write of a row is never read (G1b).";
    "4.1" tx_lost_update: "An update is never lost under another that read the row before it (P4), early or late.";
    "4.1" tx_lost_upsert [SERIALIZABLE]: "A write over a row that was read is not lost either, also where it looks at no version.";
    "4.1" tx_read_skew: "Two rows that were changed together are never read half before and half after (G-single).";
    "4.1" tx_read_skew_query: "Two queries of a transaction read one state (G-single, by predicates).";
    "4.1" tx_phantom: "A query that is asked again in a transaction gives the same rows.";
    "4.1" tx_observed_vanishes: "What a transaction has seen of another does not vanish (OTV).";
    "4.1" tx_long_fork: "Nobody sees two commits in one order, and somebody else in the other.";
    "4.1" tx_deleted_update: "An update of a row that another removed fails, and does not bring it back.";
    "4.1" tx_there_and_back: "Versions decide and not values: a row that was changed and changed back has changed.";
}

/// Every isolation that the storage has.
pub(super) fn levels(store: &Store) -> impl Iterator<Item = Isolation> + use<> {
    let most = store.capabilities().isolation;
    [Isolation::Snapshot, Isolation::Serializable].into_iter().filter(move |level| *level <= most)
}

/// A transaction of this isolation, and its items.
pub(super) async fn at(store: &Store, level: Isolation) -> Result<(Transaction, Collection<Item>)> {
    let tx = store.begin_with(TransactionOptions::new().isolation(level)).await?;
    let items = tx.collection().await?;
    Ok((tx, items))
}

/// Another value for a row, as an application does it: it reads the row, and writes what it makes of it.
pub(super) async fn set(items: &Collection<Item>, id: u64, value: i64) -> Result<()> {
    items.modify(&id, |item| item.value = value).await.map(drop)
}

pub(super) async fn value(items: &Collection<Item>, id: u64) -> Result<Option<i64>> {
    Ok(items.get(&id).await?.map(|row| row.value))
}

/// The items 1 and 2, with the values 10 and 20.
pub(super) async fn two(store: &Store) -> Result<Collection<Item>> {
    let (tx, items) = begin_items(store).await?;
    items.query().remove().await?;
    items.insert_many([item(1), item(2)]).await?;
    tx.commit().await?;
    store.collection().await
}

async fn tx_dirty_write(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        set(&ones, 1, 11).await?;
        set(&others, 1, 12).await?;
        set(&ones, 2, 21).await?;
        one.commit().await?;
        set(&others, 2, 22).await?;
        refused(other.commit().await, ErrorKind::Conflict);
        assert_eq!(values(&items).await?, [(1, 11), (2, 21)], "{level:?}");
    }
    Ok(())
}

async fn tx_aborted_read(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        set(&ones, 1, 101).await?;
        assert_eq!(values(&others).await?, [(1, 10), (2, 20)], "{level:?}");
        one.rollback().await?;
        assert_eq!(values(&others).await?, [(1, 10), (2, 20)], "{level:?}");
        set(&others, 2, 22).await?;
        other.commit().await?;
        assert_eq!(values(&items).await?, [(1, 10), (2, 22)], "{level:?}");
    }
    Ok(())
}

async fn tx_intermediate_read(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let mut feed = items.changes().await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        set(&ones, 1, 101).await?;
        assert_eq!(value(&others, 1).await?, Some(10), "{level:?}");
        set(&ones, 1, 11).await?;
        one.commit().await?;
        assert_eq!(value(&others, 1).await?, Some(10), "{level:?}");
        other.commit().await?;
        assert_eq!(value(&items, 1).await?, Some(11), "{level:?}");
        let change = feed.next().await.transpose()?;
        let told = change.map(|change| change.after().map(|row| row.value));
        assert_eq!(told, Some(Some(11)), "{level:?}: the feed shows the last of it alone");
    }
    Ok(())
}

async fn tx_lost_update(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for (level, is_late) in levels(&store).flat_map(|level| [(level, false), (level, true)]) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        let (first, second) = (value(&ones, 1).await?, value(&others, 1).await?);
        assert_eq!((first, second), (Some(10), Some(10)));
        set(&ones, 1, 11).await?;
        if !is_late {
            set(&others, 1, 15).await?;
        }
        one.commit().await?;
        if is_late {
            set(&others, 1, 15).await?;
        }
        let error = refused(other.commit().await, ErrorKind::Conflict);
        assert!(error.is_retryable(), "{level:?}, late: {is_late}");
        assert_eq!(values(&items).await?, [(1, 11), (2, 20)], "{level:?}, late: {is_late}");
    }
    Ok(())
}

async fn tx_lost_upsert(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = two(&store).await?;
    let (one, other) = (begin(&store).await?, begin(&store).await?);
    for (tx, added) in [(&one, 1), (&other, 5)] {
        let staged = tx.collection::<Item>().await?;
        let read = value(&staged, 1).await?.unwrap_or(0);
        staged.upsert(Item { value: read + added, ..item(1) }).await?;
    }
    one.commit().await?;
    refused(other.commit().await, ErrorKind::Conflict);
    assert_eq!(value(&items, 1).await?, Some(11));
    Ok(())
}

async fn tx_read_skew(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        assert_eq!(value(&ones, 1).await?, Some(10));
        set(&others, 1, 12).await?;
        set(&others, 2, 18).await?;
        other.commit().await?;
        assert_eq!(value(&ones, 2).await?, Some(20), "{level:?}");
        assert_eq!(ones.query().sum(|i| i.value).await?, 30, "{level:?}");
        // what it decides by a row that is no longer so is refused
        ones.filter(|i| i.value.eq(20)).remove().await?;
        refused(one.commit().await, ErrorKind::Conflict);
        assert_eq!(values(&items).await?, [(1, 12), (2, 18)], "{level:?}");
    }
    Ok(())
}

async fn tx_read_skew_query(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        assert_eq!(ones.filter(|i| i.value.le(10)).keys().await?, [1]);
        assert_eq!(others.filter(|i| i.value.eq(10)).update(|item| item.value = 12).await?, 1);
        other.commit().await?;
        assert_eq!(ones.filter(|i| i.value.between(11..20)).count().await?, 0, "{level:?}");
        assert_eq!(ones.filter(|i| i.value.eq(10)).keys().await?, [1], "{level:?}");
        one.commit().await?;
    }
    Ok(())
}

async fn tx_phantom(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        let ask = async || -> Result<_> {
            let range = ones.filter(|i| i.value.ge(15)).keys().await?;
            Ok((range, ones.query().count().await?, ones.get_by(|i| i.name, "n3").await?))
        };
        let before = ask().await?;
        others.insert(item(3)).await?;
        others.remove_key(&2).await?;
        set(&others, 1, 99).await?;
        other.commit().await?;
        assert_eq!(ask().await?, before, "{level:?}");
        one.commit().await?;
    }
    Ok(())
}

async fn tx_observed_vanishes(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let (first, firsts) = at(&store, level).await?;
        let (second, seconds) = at(&store, level).await?;
        set(&firsts, 1, 11).await?;
        set(&firsts, 2, 19).await?;
        set(&seconds, 1, 12).await?;
        first.commit().await?;
        let (third, thirds) = at(&store, level).await?;
        assert_eq!(value(&thirds, 1).await?, Some(11), "{level:?}");
        set(&seconds, 2, 18).await?;
        refused(second.commit().await, ErrorKind::Conflict);
        assert_eq!(values(&thirds).await?, [(1, 11), (2, 19)], "{level:?}");
        third.commit().await?;
        assert_eq!(values(&items).await?, [(1, 11), (2, 19)], "{level:?}");
    }
    Ok(())
}

async fn tx_long_fork(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (one, other) = (begin(&scene.store).await?, begin(&scene.store).await?);
    set(&one.collection().await?, 1, 11).await?;
    set(&other.collection().await?, 2, 21).await?;
    // both commits at once, and a reader who begins after each of their steps
    let mut commits: Vec<Option<Work<'_, Result<()>>>> =
        vec![Some(Box::pin(one.commit())), Some(Box::pin(other.commit()))];
    let mut readers = Vec::new();
    for _ in 0..1_000 {
        for commit in &mut commits {
            let Some(work) = commit else { continue };
            if let Some(outcome) = poll_times(work, 1) {
                outcome?;
                *commit = None;
            }
            readers.push(begin(&scene.store).await?);
        }
    }
    assert!(commits.iter().all(Option::is_none), "both end");
    let mut seen = Vec::new();
    for reader in readers {
        let items = reader.collection::<Item>().await?;
        // in one order or the other, it is one state
        seen.push((value(&items, 1).await?, value(&items, 2).await?));
    }
    let sees_only = |state: (Option<i64>, Option<i64>)| seen.contains(&state);
    assert!(!(sees_only((Some(11), Some(20))) && sees_only((Some(10), Some(21)))), "{seen:?}");
    assert!(seen.is_sorted(), "what one has seen, those after it see: {seen:?}");
    assert_eq!(seen.last(), Some(&(Some(11), Some(21))));
    Ok(())
}

async fn tx_deleted_update(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for level in levels(&store) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        let (other, others) = at(&store, level).await?;
        ones.remove_key(&1).await?;
        set(&others, 1, 99).await?;
        one.commit().await?;
        refused(other.commit().await, ErrorKind::Conflict);
        assert_eq!(values(&items).await?, [(2, 20)], "{level:?}");
    }
    Ok(())
}

async fn tx_there_and_back(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for (level, is_removed) in levels(&store).flat_map(|level| [(level, false), (level, true)]) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, level).await?;
        assert_eq!(value(&ones, 1).await?, Some(10));
        if is_removed {
            items.remove_key(&1).await?;
            items.insert(item(1)).await?;
        } else {
            set(&items, 1, 11).await?;
            set(&items, 1, 10).await?;
        }
        set(&ones, 1, 77).await?;
        refused(one.commit().await, ErrorKind::Conflict);
        assert_eq!(values(&items).await?, [(1, 10), (2, 20)], "{level:?}, removed: {is_removed}");
    }
    Ok(())
}
