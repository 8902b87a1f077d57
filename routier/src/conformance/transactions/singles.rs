//! `modify`, `upsert`, and the writes of a query: section 4.6.

use super::clock::Quick;
use super::scene::{Item, Scene, begin_items, item, values};
use super::side::now;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::env::sync::{Arc, AtomicU32, Ordering};
use crate::{Collection, Error, ErrorKind, Result, Store};

clauses! {
    "4.6" tx_modify_missing: "`modify` of a key that is not there is `NotFound`, names it, and calls nobody.";
    "4.6" tx_closure_error: "An `Err` that the closure of `update` or `modify` gives writes nothing and comes back.";
    "4.6" tx_closure_outcome: "The closures of `update` and `modify` may give a `Result`, and an `Ok` writes.";
    "4.6" tx_closure_copy: "A closure changes a copy: the caller's row stays as it was.";
    "4.6" tx_upsert: "`upsert` writes whatever is there, of whatever version, and where nothing is.";
    "4.6" tx_query_update [SERIALIZABLE]: "`update` of a query is one commit, and gives the number of its rows.";
    "4.6" tx_query_remove [SERIALIZABLE]: "`remove` of a query is one commit, and gives the number of its rows.";
    "4.6" tx_query_none [SERIALIZABLE]: "`update` and `remove` of a query without rows give 0, and commit nothing.";
    "4.6" tx_query_error [SERIALIZABLE]: "An `Err` for one row of a query's `update` writes none of them and comes back.";
    "4.6" tx_query_rerun [SERIALIZABLE]: "`update` of a query is run again on what it finds then, when others change what it read.";
    "4.6" tx_query_16 [SERIALIZABLE]: "`update` and `remove` of a query are run 16 times at most, and the conflict comes back.";
}

async fn tx_modify_missing(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.remove_key(&1).await?;
    let calls = Arc::new(AtomicU32::new(0));
    for (items, key, text) in [(&scene.items, 60, "60"), (&own, 60, "60"), (&own, 1, "1")] {
        let counted = Arc::clone(&calls);
        let count = move |_: &mut Item| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let outcome = items.modify(&key, count).await;
        let error = refused(outcome, ErrorKind::NotFound);
        assert_eq!((error.collection(), error.key()), (Some("tx_item"), Some(text)));
        assert!(!error.is_retryable());
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    tx.commit().await?;
    assert_eq!(scene.items.query().keys().await?, [2, 3, 4, 5]);
    Ok(())
}

async fn tx_closure_error(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let before = scene.state().await?;
    let token = scene.store.token();
    let no = |item: &mut Item| {
        item.value = 0;
        Err(Error::other("no"))
    };
    let (tx, own) = begin_items(&scene.store).await?;
    for items in [&scene.items, &own] {
        for outcome in [items.update(&first, no).await, items.modify(&1, no).await] {
            let error = refused(outcome, ErrorKind::Other);
            assert_eq!(error.to_string(), "no");
        }
        assert_eq!(items.get(&1).await?.as_ref(), Some(&first));
    }
    // the handle is as good as before
    own.update(&first, |item| item.rank = 5).await?;
    assert_eq!(scene.store.token(), token);
    tx.commit().await?;
    assert_eq!(scene.state().await?, before);
    Ok(())
}

async fn tx_closure_outcome(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let add = |item: &mut Item| -> Result<()> {
        if item.value > 1_000 {
            return Err(Error::other("too much"));
        }
        item.value += 600;
        Ok(())
    };
    for (items, id) in [(&scene.items, 1), (&own, 2)] {
        let start = items.get(&id).await?.map_or(0, |row| row.value);
        let row = items.modify(&id, add).await?;
        let row = items.update(&row, add).await?;
        assert_eq!(row.value, start + 1_200);
        refused(items.update(&row, add).await, ErrorKind::Other);
        assert_eq!(items.get(&id).await?.map(|row| row.value), Some(start + 1_200));
    }
    tx.commit().await
}

async fn tx_closure_copy(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let inside = own.update(&first, |item| item.value = 11).await?;
    assert_eq!((first.value, inside.value), (10, 11));
    let again = own.modify(&1, |item| item.tags.push("more".to_owned())).await?;
    assert_eq!((inside.tags.len(), again.tags.len()), (2, 3));
    tx.commit().await?;
    assert_eq!(*first, item(1));
    let outside = scene.items.update(&again, |item| item.value = 12).await?;
    assert_eq!((again.value, outside.value), (11, 12));
    Ok(())
}

async fn tx_upsert(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let new = |id, value| Item { value, ..item(id) };
    for (items, base) in [(&scene.items, 0), (&own, 2)] {
        let there = base + 1;
        let stale = items.get(&there).await?;
        items.modify(&there, |item| item.value = 7).await?;
        assert_eq!(items.upsert(new(there, 70)).await?.value, 70);
        assert_eq!(items.get(&there).await?.map(|row| row.value), Some(70));
        assert_ne!(items.get(&there).await?.map(|row| row.version()), stale.map(|row| row.version()));
        assert_eq!(items.upsert(new(base + 60, 71)).await?.value, 71);
        items.upsert(new(base + 60, 72)).await?;
        items.remove_key(&(base + 2)).await?;
        items.upsert(new(base + 2, 73)).await?;
        assert_eq!(items.get(&(base + 2)).await?.map(|row| row.value), Some(73));
        assert_eq!(items.get(&(base + 60)).await?.map(|row| row.value), Some(72));
    }
    tx.commit().await?;
    let expected = [(1, 70), (2, 73), (3, 70), (4, 73), (5, 50), (60, 72), (62, 72)];
    assert_eq!(values(&scene.items).await?, expected);
    assert_eq!(scene.items.filter(|i| i.value.eq(70)).keys().await?, [1, 3]);
    Ok(())
}

async fn tx_query_update(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let mut feed = scene.store.changes().await?;
    let find = scene.items.filter(|i| i.value.ge(30));
    assert_eq!(find.update(|item| item.value += 100).await?, 3);
    assert_eq!(values(&scene.items).await?, [(1, 10), (2, 20), (3, 130), (4, 140), (5, 150)]);
    let commit = feed.next().await.transpose()?;
    let keys = commit.map(|commit| commit.of::<Item>().iter().map(|change| change.key()).collect::<Vec<_>>());
    assert_eq!(keys, Some(vec![3, 4, 5]));
    let mut versions: Vec<u64> =
        scene.items.get_many([3, 4, 5]).await?.iter().flatten().map(|row| row.version()).collect();
    versions.dedup();
    assert_eq!(versions.len(), 1);
    // as much of it as there would be of `all()`
    let find = scene.items.query().order_by(|i| i.value.desc()).offset(1).limit(2);
    assert_eq!(find.update(|item| item.value = 0).await?, 2);
    assert_eq!(values(&scene.items).await?, [(1, 10), (2, 20), (3, 0), (4, 0), (5, 150)]);
    let scan = scene.items.scan(|item: &Item| item.note == "note 5");
    assert_eq!(scan.update(|item| item.value = 5).await?, 1);
    assert_eq!(scene.items.get(&5).await?.map(|row| row.value), Some(5));
    Ok(())
}

async fn tx_query_remove(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let mut feed = scene.store.changes().await?;
    assert_eq!(scene.items.filter(|i| i.value.between(20..40)).remove().await?, 2);
    assert_eq!(scene.items.query().keys().await?, [1, 4, 5]);
    let commit = feed.next().await.transpose()?;
    let told = commit.map(|commit| commit.of::<Item>().iter().map(|change| change.key()).collect::<Vec<_>>());
    assert_eq!(told, Some(vec![2, 3]));
    assert_eq!(scene.items.query().order_by(|i| i.value.desc()).limit(1).remove().await?, 1);
    assert_eq!(scene.items.query().keys().await?, [1, 4]);
    assert_eq!(scene.items.scan(|item: &Item| item.note == "note 1").remove().await?, 1);
    assert_eq!(scene.items.query().remove().await?, 1);
    assert_eq!(scene.items.query().count().await?, 0);
    scene.items.insert(item(2)).await.map(drop)
}

async fn tx_query_none(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (token, mut feed) = (scene.store.token(), scene.store.changes().await?);
    assert_eq!(scene.items.filter(|i| i.value.gt(50)).update(|item| item.value = 0).await?, 0);
    assert_eq!(scene.items.filter(|i| i.value.gt(50)).remove().await?, 0);
    assert_eq!(scene.items.query().limit(0).remove().await?, 0);
    assert_eq!(scene.items.query().offset(5).update(|item| item.value = 0).await?, 0);
    assert_eq!(scene.store.token(), token);
    scene.items.insert(item(6)).await?;
    let commit = feed.next().await.transpose()?;
    assert_eq!(commit.map(|commit| commit.changes().count()), Some(1), "the next commit is that one");
    Ok(())
}

async fn tx_query_error(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let before = scene.state().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    for items in [&scene.items, &own] {
        for spoilt in 1..=5 {
            let change = move |item: &mut Item| -> Result<()> {
                item.value += 1;
                if item.id == spoilt { Err(Error::other("no")) } else { Ok(()) }
            };
            let error = refused(items.query().update(change).await, ErrorKind::Other);
            assert_eq!(error.to_string(), "no");
            assert_eq!(values(items).await?, before.0, "spoilt by row {spoilt}");
        }
        let same = |item: &mut Item| item.name = Some("same".to_owned());
        if items.query().update(same).await.is_err() {
            assert_eq!(values(items).await?, before.0, "two rows with one distinct value");
        }
    }
    refused(tx.commit().await, ErrorKind::Duplicate);
    assert_eq!(scene.state().await?, before);
    Ok(())
}

/// Somebody else is faster in the first so many runs: a new row comes into the query, and one in it is changed.
fn overtake(items: &Collection<Item>, lost: u32) -> impl FnMut(&mut Item) + Send + 'static {
    let (items, mut runs) = (items.clone(), 0);
    move |item: &mut Item| {
        if item.id == 1 {
            runs += 1;
            if runs <= lost {
                let row = Item { value: 1, ..super::scene::item(100 + u64::from(runs)) };
                assert!(now(items.insert(row)).is_ok());
                assert!(now(items.modify(&2, |item| item.value += 1)).is_ok());
            }
        }
        item.value += 1_000;
    }
}

async fn tx_query_rerun(subject: &Subject) -> Result<()> {
    for lost in [0, 1, 3] {
        let store = subject.build(Store::builder().clock(Quick::default())).await?;
        let scene = Scene::new(store).await?;
        let count = scene.items.filter(|i| i.value.lt(1_000)).update(overtake(&scene.items, lost)).await?;
        assert_eq!(count, u64::from(5 + lost));
        let expected: i128 = 150 + 5_000 + i128::from(lost) * 1_002;
        assert_eq!(scene.items.query().sum(|i| i.value).await?, expected, "lost {lost} times");
        assert_eq!(scene.items.filter(|i| i.value.lt(1_000)).count().await?, 0, "lost {lost} times");
    }
    Ok(())
}

async fn tx_query_16(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().clock(Quick::default())).await?;
    let scene = Scene::new(store).await?;
    let find = || scene.items.filter(|i| i.value.lt(1_000));
    let count = find().update(overtake(&scene.items, 15)).await?;
    assert_eq!(count, 20, "the sixteenth run is through");
    scene.renew().await?;
    scene.items.filter(|i| i.id.gt(100)).remove().await?;
    let error = refused(find().update(overtake(&scene.items, u32::MAX)).await, ErrorKind::Conflict);
    assert!(error.is_retryable());
    assert_eq!(scene.items.filter(|i| i.id.gt(100)).count().await?, 16, "one for each run");
    assert_eq!(scene.items.filter(|i| i.value.ge(1_000)).count().await?, 0);
    // a removal is overtaken by its scan
    let items = scene.items.clone();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let scan = scene.items.scan(move |item: &Item| {
        if item.id == 1 {
            counted.fetch_add(1, Ordering::Relaxed);
            assert!(now(items.modify(&1, |item| item.rank += 1)).is_ok());
        }
        item.id < 3
    });
    refused(scan.remove().await, ErrorKind::Conflict);
    assert_eq!(runs.load(Ordering::Relaxed), 16);
    assert_eq!(scene.items.filter(|i| i.id.le(5)).count().await?, 5);
    Ok(())
}
