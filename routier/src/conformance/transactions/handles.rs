//! The rows that a transaction hands out: sections 2.3 and 2.8.

use serde::{Deserialize, Serialize};

use super::scene::{Item, Scene, begin, begin_items, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Collection, ConflictCause, Entity, Error, ErrorKind, Result, Store, Transaction, Versioned};

clauses! {
    "2.8" tx_handle_version: "A handle that a transaction's write gave has version 0 until the commit, and the row's version from then on.";
    "2.8" tx_handle_as_good: "A handle that a transaction gave is as good as a read's after the commit, in a statement and in another transaction.";
    "2.8" tx_handle_staged: "A handle that is not committed yet is a conflict outside of its transaction.";
    "2.8" tx_handle_current: "Inside, the last handle given for a row is the current one, by whatever call, and all others conflict.";
    "2.8" tx_handle_superseded: "A handle that its own transaction wrote over has version 0 for ever, and conflicts.";
    "2.8" tx_handle_undone: "After a rollback, a drop or a commit that failed all handles of the transaction conflict, whatever is written later.";
    "2.8" tx_handle_read: "A row that was read before or in a transaction is a current handle in it until it is written.";
    "2.3" tx_version_field: "A handle given in a transaction shows 0 in the version field for ever, and the committed row its version.";
    "2.3" tx_version_field_staged: "In a transaction the version field of its own rows is 0 also for queries, and cannot be set.";
}

/// A transaction that inserted the item 6, and wrote it twice more, and the handles that it gave.
async fn three(store: &Store) -> Result<(Transaction, [Versioned<Item>; 3])> {
    let (tx, own) = begin_items(store).await?;
    let first = own.insert(item(6)).await?;
    let second = own.update(&first, |item| item.value = 61).await?;
    let third = own.modify(&6, |item| item.value = 62).await?;
    Ok((tx, [first, second, third]))
}

/// The conflict that a handle meets whose row has this version.
async fn stale(items: &Collection<Item>, handle: &Versioned<Item>, what: &str) -> Result<()> {
    let update = items.update(handle, |item| item.value = 9).await.map(drop);
    for outcome in [update, items.remove(handle).await] {
        let Err(error) = outcome else { panic!("{what}: it was written") };
        assert_eq!(error.kind(), ErrorKind::Conflict, "{what}: {error}");
        let is_of_it = |error: &Error| match error.cause() {
            Some(ConflictCause::Version { expected, .. }) => *expected == handle.version(),
            _ => false,
        };
        assert!(is_of_it(&error) && !error.is_retryable(), "{what}: {error:?}");
    }
    Ok(())
}

async fn tx_handle_version(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let [first, _] = scene.handles().await?;
    let given = [
        own.insert(item(6)).await?,
        own.update(&first, |item| item.value = 11).await?,
        own.modify(&2, |item| item.value = 21).await?,
        own.upsert(Item { value: 31, ..item(3) }).await?,
        own.upsert(item(7)).await?,
    ];
    let many = own.insert_many([item(8), item(9)]).await?;
    let clones: Vec<Versioned<Item>> = given.iter().chain(&many).cloned().collect();
    assert!(clones.iter().all(|row| row.version() == 0));
    for row in &clones {
        assert_eq!(own.get(&row.id).await?.map(|row| row.version()), Some(0), "{}", row.id);
    }
    tx.commit().await?;
    for row in given.iter().chain(&many).chain(&clones) {
        assert_ne!(row.version(), 0, "{}", row.id);
        assert_eq!(scene.items.get(&row.id).await?.as_ref(), Some(row), "{}", row.id);
        assert_eq!(
            scene.items.get(&row.id).await?.map(|row| row.version()),
            Some(row.version()),
            "{}",
            row.id
        );
    }
    Ok(())
}

async fn tx_handle_as_good(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for by in ["statement", "transaction"] {
        let (tx, [_, second, third]) = three(&scene.store).await?;
        tx.commit().await?;
        let tx = begin(&scene.store).await?;
        let own = tx.collection::<Item>().await?;
        let items = if by == "statement" { &scene.items } else { &own };
        stale(items, &second, by).await?;
        let newer = items.update(&third, |item| item.value += 1).await?;
        assert_eq!(newer.value, 63, "{by}");
        stale(items, &third, by).await?;
        items.remove(&newer).await?;
        tx.commit().await?;
        assert_eq!(scene.items.get(&6).await?, None, "{by}");
    }
    Ok(())
}

async fn tx_handle_staged(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let new = own.insert(item(6)).await?;
    let changed = own.modify(&1, |item| item.value = 11).await?;
    let (other, others) = begin_items(&scene.store).await?;
    for handle in [&new, &changed] {
        stale(&scene.items, handle, "a statement").await?;
        stale(&others, handle, "another transaction").await?;
    }
    other.commit().await?;
    own.update(&new, |item| item.value = 61).await?;
    own.remove(&changed).await?;
    tx.commit().await?;
    assert_eq!(scene.items.query().keys().await?, [2, 3, 4, 5, 6]);
    Ok(())
}

async fn tx_handle_current(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, [first, second, third]) = three(&scene.store).await?;
    let own = tx.collection::<Item>().await?;
    for old in [&first, &second] {
        stale(&own, old, "a handle before the last").await?;
    }
    assert_eq!(own.get(&6).await?.as_ref(), Some(&third));
    let fourth = own.upsert(Item { value: 63, ..item(6) }).await?;
    stale(&own, &third, "before an upsert").await?;
    let read = own.get_many([6]).await?.into_iter().flatten().next();
    let Some(read) = read else { panic!("it is there") };
    let fifth = own.update(&read, |item| item.value += 1).await?;
    stale(&own, &fourth, "before an update of what was read").await?;
    assert_eq!(own.filter(|i| i.id.eq(6)).update(|item| item.value += 1).await?, 1);
    stale(&own, &fifth, "before an update by a query").await?;
    let last = own.filter(|i| i.value.eq(65)).one().await?;
    own.remove(&last).await?;
    for old in [&first, &second, &third, &fourth, &fifth, &last] {
        stale(&own, old, "of a row that is gone").await?;
    }
    let again = own.insert(item(6)).await?;
    stale(&own, &last, "of the row's last life").await?;
    own.update(&again, |item| item.value = 66).await?;
    tx.commit().await?;
    assert_eq!(scene.items.get(&6).await?.map(|row| row.value), Some(66));
    Ok(())
}

async fn tx_handle_superseded(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, [first, second, third]) = three(&scene.store).await?;
    tx.commit().await?;
    for old in [&first, &second] {
        assert_eq!(old.version(), 0);
        stale(&scene.items, old, "written over").await?;
        assert_eq!((first.value, second.value), (60, 61), "it shows what it was given for");
    }
    scene.items.update(&third, |item| item.value = 63).await.map(drop)
}

async fn tx_handle_undone(subject: &Subject) -> Result<()> {
    for end in ["rollback", "drop", "failed commit"] {
        let scene = Scene::new(subject.store().await?).await?;
        let [kept, _] = scene.handles().await?;
        let (tx, handles) = three(&scene.store).await?;
        let own = tx.collection::<Item>().await?;
        let changed = own.update(&kept, |item| item.value = 11).await?;
        drop(own);
        match end {
            "rollback" => tx.rollback().await?,
            "drop" => drop(tx),
            _ => {
                scene.items.insert(item(6)).await?;
                refused(tx.commit().await, ErrorKind::Duplicate);
                scene.items.remove_key(&6).await?;
            }
        }
        assert_eq!(scene.items.get(&1).await?.as_ref(), Some(&kept), "{end}");
        // the next commits take the numbers that the transaction did not get, for the same rows
        for row in &handles {
            scene.items.upsert(Item::clone(row)).await?;
        }
        for handle in handles.iter().chain([&changed]) {
            assert_eq!(handle.version(), 0, "{end}");
            stale(&scene.items, handle, end).await?;
            stale(&begin_items(&scene.store).await?.1, handle, end).await?;
        }
        scene.items.update(&kept, |item| item.value = 12).await?;
    }
    Ok(())
}

async fn tx_handle_read(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [before, _] = scene.handles().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let inside = own.get(&1).await?;
    assert_eq!(inside.as_ref().map(|row| row.version()), Some(before.version()));
    let newer = own.update(&before, |item| item.value = 11).await?;
    let Some(inside) = inside else { panic!("it is there") };
    for old in [&before, &inside] {
        let error = refused(own.update(old, |item| item.value = 9).await, ErrorKind::Conflict);
        let expected =
            ConflictCause::Version { key: "1".to_owned(), expected: before.version(), actual: Some(0) };
        assert_eq!(error.cause(), Some(&expected));
    }
    own.update(&newer, |item| item.value = 12).await?;
    let third = own.filter(|i| i.value.eq(30)).one().await?;
    own.remove(&third).await?;
    tx.commit().await?;
    assert_eq!(scene.items.query().sum(|i| i.value).await?, 12 + 20 + 40 + 50);
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tx_stamped")]
struct Stamped {
    #[key]
    id: u64,
    value: u64,
    #[version]
    revision: u64,
}

async fn tx_version_field(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Stamped>().await?;
    let kept = rows.insert(NewStamped { id: 1, value: 0 }).await?;
    assert_eq!((kept.revision, kept.version() != 0), (kept.version(), true));
    let tx = begin(&store).await?;
    let own = tx.collection::<Stamped>().await?;
    let given = [
        own.insert(NewStamped { id: 2, value: 0 }).await?,
        own.update(&kept, |row| row.value = 1).await?,
        own.upsert(Stamped { id: 3, value: 0, revision: 77 }).await?,
    ];
    assert_eq!(given.each_ref().map(|row| row.revision), [0; 3]);
    tx.commit().await?;
    assert_eq!(given.each_ref().map(|row| row.revision), [0; 3], "for ever");
    let version = given.each_ref().map(|row| row.version()).iter().max().copied().unwrap_or(0);
    assert_eq!(rows.filter(|r| r.revision.eq(version)).keys().await?, [1, 2, 3]);
    for row in &given {
        let stored = rows.get(&row.id).await?;
        let shown = stored.map(|row| (row.version(), row.revision));
        assert_eq!(shown, Some((row.version(), row.version())), "{}", row.id);
        rows.update(row, |row| row.value += 1).await?;
    }
    for row in rows.query().all().await? {
        assert_eq!(row.revision, row.version(), "{}", row.id);
    }
    Ok(())
}

async fn tx_version_field_staged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Stamped>().await?;
    rows.insert_many([NewStamped { id: 1, value: 0 }, NewStamped { id: 2, value: 0 }]).await?;
    let tx = begin(&store).await?;
    let own = tx.collection::<Stamped>().await?;
    own.modify(&1, |row| row.value = 1).await?;
    own.insert(NewStamped { id: 3, value: 0 }).await?;
    assert_eq!(own.filter(|r| r.revision.eq(0)).keys().await?, [1, 3]);
    refused(own.modify(&1, |row| row.revision = 5).await, ErrorKind::Invalid);
    refused(own.modify(&2, |row| row.revision = 5).await, ErrorKind::Invalid);
    refused(own.query().update(|row| row.revision += 1).await, ErrorKind::Invalid);
    assert_eq!(own.filter(|r| r.revision.eq(0)).keys().await?, [1, 3]);
    tx.commit().await?;
    assert_eq!(rows.filter(|r| r.revision.eq(0)).count().await?, 0);
    Ok(())
}
