//! Statements of a transaction that fail: section 2.6.

use super::reads::answers;
use super::scene::{Item, Scene, begin_items, item, values};
use super::side::together;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result};

clauses! {
    "2.6" tx_statement_fails: "A statement that fails inside a transaction does nothing, and the transaction goes on.";
    "2.6" tx_statement_whole: "A statement of many rows that fails by one of them stages none.";
    "2.6" tx_statement_undoes: "A statement that fails leaves what was staged before as it was.";
    "2.5" tx_swap: "Distinct values may be swapped within a transaction, and handed over.";
    "2.8" tx_statements_at_once: "Statements of one transaction may be carried out side by side: none is lost, and one insert of a key wins.";
}

fn named(id: u64, name: &str) -> Item {
    Item { name: Some(name.to_owned()), ..item(id) }
}

async fn tx_statement_fails(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [stale, third] = scene.handles().await?;
    scene.items.modify(&1, |item| item.rank = 7).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let six = own.insert(item(6)).await?;
    let before = answers(&own).await?;
    let no = |_: &mut Item| Err(Error::other("no"));
    let failed = [
        ("insert of a key that is there", own.insert(named(3, "x")).await.map(drop), ErrorKind::Duplicate),
        ("insert of a staged key", own.insert(named(6, "x")).await.map(drop), ErrorKind::Duplicate),
        ("insert of a value that is there", own.insert(named(7, "n3")).await.map(drop), ErrorKind::Duplicate),
        ("insert of a staged value", own.insert(named(7, "n6")).await.map(drop), ErrorKind::Duplicate),
        ("insert of what is never taken", own.insert(named(7, "x\0")).await.map(drop), ErrorKind::Invalid),
        ("insert of too much", own.insert(named(7, &"x".repeat(2_000))).await.map(drop), ErrorKind::TooLarge),
        ("stale update", own.update(&stale, |item| item.value = 9).await.map(drop), ErrorKind::Conflict),
        ("stale removal", own.remove(&stale).await, ErrorKind::Conflict),
        ("update of the key", own.update(&third, |item| item.id = 9).await.map(drop), ErrorKind::Invalid),
        (
            "staged update of the key",
            own.update(&six, |item| item.id = 9).await.map(drop),
            ErrorKind::Invalid,
        ),
        ("an update that says no", own.update(&third, no).await.map(drop), ErrorKind::Other),
        ("modify of none", own.modify(&77, |item| item.value = 9).await.map(drop), ErrorKind::NotFound),
        ("modify that says no", own.modify(&2, no).await.map(drop), ErrorKind::Other),
        ("upsert of what is never taken", own.upsert(named(2, "\0")).await.map(drop), ErrorKind::Invalid),
    ];
    for (name, outcome, kind) in failed {
        let found = outcome.map_err(|error| error.kind());
        assert_eq!(found, Err(kind), "{name}");
    }
    assert_eq!(answers(&own).await?, before);
    own.update(&six, |item| item.value = 61).await?;
    own.update(&third, |item| item.value = 31).await?;
    tx.commit().await?;
    let expected = [(1, 10), (2, 20), (3, 31), (4, 40), (5, 50), (6, 61)];
    assert_eq!(values(&scene.items).await?, expected);
    Ok(())
}

async fn tx_statement_whole(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.insert(item(6)).await?;
    let before = answers(&own).await?;
    let spoilt = [
        ("a key that is there", named(3, "x"), ErrorKind::Duplicate),
        ("a staged key", named(6, "x"), ErrorKind::Duplicate),
        ("a value that is there", named(60, "n3"), ErrorKind::Duplicate),
        ("a staged value", named(60, "n6"), ErrorKind::Duplicate),
        ("a key of its own", named(50, "x"), ErrorKind::Duplicate),
        ("a value of its own", named(60, "n50"), ErrorKind::Duplicate),
        ("what is never taken", named(60, "x\0"), ErrorKind::Invalid),
    ];
    for (name, row, kind) in spoilt {
        for place in 0..3 {
            let mut rows = vec![item(50), item(51)];
            rows.insert(place, row.clone());
            let found = own.insert_many(rows).await.map_err(|error| error.kind());
            assert_eq!(found.err(), Some(kind), "{name} at place {place}");
            assert_eq!(answers(&own).await?, before, "{name} at place {place}");
        }
    }
    for spoilt in 1..=6 {
        let change = move |item: &mut Item| {
            item.value += 1_000;
            if item.id == spoilt {
                item.name = Some("\0".to_owned());
            }
        };
        refused(own.query().update(change).await, ErrorKind::Invalid);
        assert_eq!(answers(&own).await?, before, "row {spoilt}");
    }
    // the rows that were refused with others can come alone
    own.insert_many([item(50), item(51)]).await?;
    tx.commit().await?;
    assert_eq!(scene.items.query().keys().await?, [1, 2, 3, 4, 5, 6, 50, 51]);
    Ok(())
}

async fn tx_statement_undoes(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.modify(&1, |item| item.value = 11).await?;
    own.remove_key(&2).await?;
    let kept = own.insert(named(6, "mine")).await?;
    // it inserts the row that was removed, and fails by another
    refused(own.insert_many([item(2), named(60, "mine")]).await, ErrorKind::Duplicate);
    refused(own.insert_many([item(2), named(1, "x")]).await, ErrorKind::Duplicate);
    assert_eq!(own.get(&2).await?, None, "it is still removed");
    assert_eq!(own.get(&6).await?, Some(kept.clone()));
    let spoil = |item: &mut Item| {
        item.value += 1;
        if item.id == 6 { Err(Error::other("no")) } else { Ok(()) }
    };
    refused(own.query().update(spoil).await, ErrorKind::Other);
    let expected = [(1, 11), (3, 30), (4, 40), (5, 50), (6, 60)];
    assert_eq!(values(&own).await?, expected);
    own.update(&kept, |item| item.rank = 1).await?;
    tx.commit().await?;
    assert_eq!(values(&scene.items).await?, expected);
    assert_eq!(scene.items.get_by(|i| i.name, "mine").await?.map(|row| row.id), Some(6));
    Ok(())
}

async fn tx_swap(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let call = |name: &str| {
        let name = name.to_owned();
        move |item: &mut Item| item.name = Some(name.clone())
    };
    own.modify(&1, call("n2")).await?;
    own.modify(&2, call("n1")).await?;
    // three in a ring
    own.modify(&3, call("n4")).await?;
    own.modify(&4, call("n5")).await?;
    own.modify(&5, call("n3")).await?;
    let expected = [("n1", 2), ("n2", 1), ("n3", 5), ("n4", 3), ("n5", 4)];
    for (name, id) in expected {
        assert_eq!(own.get_by(|i| i.name, name).await?.map(|row| row.id), Some(id), "{name}, staged");
    }
    tx.commit().await?;
    for (name, id) in expected {
        assert_eq!(scene.items.get_by(|i| i.name, name).await?.map(|row| row.id), Some(id), "{name}");
        assert_eq!(scene.items.filter(|i| i.name.eq(name)).keys().await?, [id], "{name}");
    }
    // a value is handed over by a row that is removed, and by one that lets go of it
    let (tx, own) = begin_items(&scene.store).await?;
    own.remove_key(&1).await?;
    own.insert(named(6, "n2")).await?;
    own.modify(&2, |item| item.name = None).await?;
    own.upsert(named(7, "n1")).await?;
    refused(own.insert(named(8, "n1")).await, ErrorKind::Duplicate);
    tx.commit().await?;
    for (name, id) in [("n2", 6), ("n1", 7)] {
        assert_eq!(scene.items.get_by(|i| i.name, name).await?.map(|row| row.id), Some(id), "{name}");
    }
    Ok(())
}

async fn tx_statements_at_once(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let adds = (0..10).map(|_| own.modify(&1, |item| item.value += 1));
    for outcome in together(adds).await {
        outcome?;
    }
    assert_eq!(own.get(&1).await?.map(|row| row.value), Some(20));
    let mut removed = 0;
    for outcome in together((0..3).map(|_| own.remove_key(&2))).await {
        removed += usize::from(outcome?.is_some());
    }
    assert_eq!(removed, 1, "one of them finds it");
    let inserts = together((0..3).map(|_| own.insert(item(6)))).await;
    assert_eq!(inserts.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    tx.commit().await?;
    assert_eq!(values(&scene.items).await?, [(1, 20), (3, 30), (4, 40), (5, 50), (6, 60)]);
    Ok(())
}
