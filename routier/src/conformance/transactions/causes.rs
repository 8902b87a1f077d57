//! What a conflict says of itself, and whether to try again: sections 4.4 and 4.5.

use super::scene::{Item, Scene, begin, begin_items, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{ConflictCause, Error, ErrorKind, Result};

clauses! {
    "4.4" tx_cause_version: "A row that was changed beside a transaction is named, with the version expected and the one that it has.";
    "4.4" tx_cause_gone: "Of a row that is gone a conflict says that there is no version.";
    "4.4" tx_cause_read [RESIDENT]: "A read that no longer holds is a conflict with cause `Read`, of its collection.";
    "4.4" tx_cause_statement: "A single statement through a stale handle is a conflict with cause `Version`, and not retryable.";
    "4.5" tx_stale_before: "A handle that was stale already at the snapshot is a conflict at its statement, and not retryable.";
    "4.5" tx_newer_handle: "A handle from after the snapshot is a conflict, and retryable: it fits at a fresh one.";
    "4.5" tx_duplicate_shown: "A `Duplicate` of a row that the snapshot shows is not retryable, at the statement or at the commit.";
    "4.5" tx_duplicate_later: "A `Duplicate` of a row that was committed after the snapshot is retryable.";
    "4.5" tx_duplicate_own: "A `Duplicate` of two rows of the transaction's own is not retryable.";
    "4.5" tx_own_not_retryable: "An error of the user's own is not retryable.";
}

fn version(error: &Error) -> Option<(&str, u64, Option<u64>)> {
    match error.cause() {
        Some(ConflictCause::Version { key, expected, actual }) => Some((key.as_str(), *expected, *actual)),
        _ => None,
    }
}

async fn tx_cause_version(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let tx = begin(&scene.store).await?;
    let (items, entries) = (tx.collection::<Item>().await?, tx.collection::<super::scene::Entry>().await?);
    items.update(&first, |item| item.value = 11).await?;
    entries.insert(super::scene::entry("new", 1)).await?;
    let newer = scene.items.modify(&1, |item| item.value = 12).await?;
    let error = refused(tx.commit().await, ErrorKind::Conflict);
    assert_eq!(version(&error), Some(("1", first.version(), Some(newer.version()))));
    assert_eq!((error.collection(), error.key()), (Some("tx_item"), Some("1")));
    assert!(error.is_retryable());
    Ok(())
}

async fn tx_cause_gone(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, third] = scene.handles().await?;
    let (tx, items) = begin_items(&scene.store).await?;
    items.update(&first, |item| item.value = 11).await?;
    scene.items.remove_key(&1).await?;
    let error = refused(tx.commit().await, ErrorKind::Conflict);
    assert_eq!(version(&error), Some(("1", first.version(), None)));
    assert!(error.is_retryable());
    scene.items.remove_key(&3).await?;
    for error in [
        refused(scene.items.update(&third, |_| ()).await, ErrorKind::Conflict),
        refused(scene.items.remove(&third).await, ErrorKind::Conflict),
        refused(begin_items(&scene.store).await?.1.update(&third, |_| ()).await, ErrorKind::Conflict),
    ] {
        assert_eq!(version(&error), Some(("3", third.version(), None)));
        assert!(!error.is_retryable());
    }
    Ok(())
}

async fn tx_cause_read(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for by_key in [true, false] {
        let (tx, items) = begin_items(&scene.store).await?;
        if by_key {
            items.get(&1).await?;
        } else {
            items.filter(|i| i.value.le(1_000)).count().await?;
        }
        items.upsert(item(6)).await?;
        scene.items.modify(&1, |item| item.value += 1).await?;
        let error = refused(tx.commit().await, ErrorKind::Conflict);
        assert_eq!(error.cause(), Some(&ConflictCause::Read), "by key: {by_key}");
        assert_eq!(error.collection(), Some("tx_item"), "by key: {by_key}");
        assert!(error.is_retryable(), "by key: {by_key}");
    }
    Ok(())
}

async fn tx_cause_statement(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let newer = scene.items.modify(&1, |item| item.value = 12).await?;
    for error in [
        refused(scene.items.update(&first, |item| item.value = 13).await, ErrorKind::Conflict),
        refused(scene.items.remove(&first).await, ErrorKind::Conflict),
    ] {
        assert_eq!(version(&error), Some(("1", first.version(), Some(newer.version()))));
        assert_eq!((error.collection(), error.key()), (Some("tx_item"), Some("1")));
        assert!(!error.is_retryable(), "the same handle stays stale");
    }
    assert_eq!(scene.items.get(&1).await?, Some(newer));
    Ok(())
}

async fn tx_stale_before(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let newer = scene.items.modify(&1, |item| item.value = 12).await?;
    let (tx, items) = begin_items(&scene.store).await?;
    // also where yet another commit comes between
    scene.items.modify(&1, |item| item.value = 13).await?;
    for error in [
        refused(items.update(&first, |item| item.value = 14).await, ErrorKind::Conflict),
        refused(items.remove(&first).await, ErrorKind::Conflict),
    ] {
        assert_eq!(version(&error), Some(("1", first.version(), Some(newer.version()))));
        assert!(!error.is_retryable());
    }
    items.insert(item(6)).await?;
    tx.commit().await?;
    assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(13));
    Ok(())
}

async fn tx_newer_handle(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (_tx, items) = begin_items(&scene.store).await?;
    let newer = scene.items.modify(&1, |item| item.value = 12).await?;
    let new = scene.items.insert(item(6)).await?;
    for (handle, key) in [(&newer, "1"), (&new, "6")] {
        for error in [
            refused(items.update(handle, |item| item.value = 14).await, ErrorKind::Conflict),
            refused(items.remove(handle).await, ErrorKind::Conflict),
        ] {
            assert!(error.is_retryable(), "{key}");
            let found = version(&error).map(|(key, expected, _)| (key, expected));
            assert_eq!(found, Some((key, handle.version())));
        }
    }
    let (tx, items) = begin_items(&scene.store).await?;
    items.update(&newer, |item| item.value = 14).await?;
    items.update(&new, |item| item.value = 15).await?;
    tx.commit().await
}

async fn tx_duplicate_shown(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let named = |id, name: &str| Item { name: Some(name.to_owned()), ..item(id) };
    let (tx, items) = begin_items(&scene.store).await?;
    for error in [
        refused(items.insert(named(1, "new")).await, ErrorKind::Duplicate),
        refused(items.insert(named(60, "n2")).await, ErrorKind::Duplicate),
        refused(items.insert_many([item(6), named(60, "n2")]).await, ErrorKind::Duplicate),
    ] {
        assert!(!error.is_retryable(), "{error}");
    }
    tx.rollback().await?;
    for by_update in [true, false] {
        let (tx, items) = begin_items(&scene.store).await?;
        // changed rows are looked at when all of them are known
        if by_update {
            items.modify(&1, |item| item.name = Some("n2".to_owned())).await?;
        } else {
            items.upsert(named(60, "n2")).await?;
        }
        let error = refused(tx.commit().await, ErrorKind::Duplicate);
        assert!(!error.is_retryable(), "by an update: {by_update}");
        assert_eq!(error.value(), Some("\"n2\""), "by an update: {by_update}");
    }
    Ok(())
}

async fn tx_duplicate_later(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let named = |id, name: &str| Item { name: Some(name.to_owned()), ..item(id) };
    for case in ["key", "distinct value", "distinct value of another row"] {
        let (tx, items) = begin_items(&scene.store).await?;
        match case {
            "key" => {
                items.insert(named(60, "sixty")).await?;
                scene.items.insert(named(60, "other")).await?;
            }
            "distinct value" => {
                items.insert(named(61, "same")).await?;
                scene.items.insert(named(62, "same")).await?;
            }
            _ => {
                items.modify(&1, |item| item.name = Some("third".to_owned())).await?;
                scene.items.modify(&3, |item| item.name = Some("third".to_owned())).await?;
            }
        }
        let error = refused(tx.commit().await, ErrorKind::Duplicate);
        assert!(error.is_retryable(), "{case}");
        assert_eq!(error.collection(), Some("tx_item"), "{case}");
    }
    Ok(())
}

async fn tx_duplicate_own(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let same = |item: &mut Item| item.name = Some("same".to_owned());
    let (tx, items) = begin_items(&scene.store).await?;
    items.insert(item(6)).await?;
    let error = refused(items.insert(Item { id: 7, ..item(6) }).await, ErrorKind::Duplicate);
    assert!(!error.is_retryable());
    let error = refused(items.insert(Item { name: None, ..item(6) }).await, ErrorKind::Duplicate);
    assert!(!error.is_retryable());
    items.modify(&1, same).await?;
    items.modify(&2, same).await?;
    let error = refused(tx.commit().await, ErrorKind::Duplicate);
    assert!(!error.is_retryable());
    assert_eq!(error.value(), Some("\"same\""));
    assert_eq!(scene.items.filter(|i| i.name.eq("same")).count().await?, 0);
    Ok(())
}

async fn tx_own_not_retryable(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, items) = begin_items(&scene.store).await?;
    for collection in [&scene.items, &items] {
        let outcome = collection.modify(&1, |_| Err(Error::other("mine"))).await;
        let error = refused(outcome, ErrorKind::Other);
        assert!(!error.is_retryable());
        assert_eq!(error.to_string(), "mine");
    }
    tx.commit().await
}
