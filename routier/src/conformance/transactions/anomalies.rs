//! What one thing after the other cannot have led to: section 4.1. The anomalies that have names stand in `isolation`.

use super::polling::{Work, poll_times};
use super::scene::{Item, Scene, begin, begin_items, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::levels;
use crate::{Collection, Isolation, Result, Store, Transaction, TransactionOptions};

clauses! {
    "4.1" tx_phantom: "A query that is asked again in a transaction gives the same rows.";
    "4.1" tx_long_fork: "Nobody sees two commits in one order, and somebody else in the other.";
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
    // a storage that answers from another thread may take longer than that
    for commit in commits.into_iter().flatten() {
        commit.await?;
    }
    readers.push(begin(&scene.store).await?);
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
