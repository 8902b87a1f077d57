//! The user's code within a call: it may panic, and may itself call the store: section 4.7.

use std::cell::RefCell;
use std::future::poll_fn;

use serde::{Deserialize, Serialize};

use super::polling::{burst, caught};
use super::scene::{Entry, Item, Scene, begin, begin_items, entry, item, strongest, values};
use super::side::{elsewhere, now, together};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::env::sync::{Arc, Mutex};
use crate::{Collection, Entity, ErrorKind, Result};

clauses! {
    "4.7" tx_panic_closure: "A panic in the closure of `update` or `modify` comes through, writes nothing and leaves the store usable.";
    "4.7" tx_panic_query: "A panic in the closure of a query's `update` comes through, writes nothing and leaves the store usable.";
    "4.7" tx_panic_scan: "A panic in the closure of a scan comes through and leaves the store usable.";
    "4.7" tx_panic_clone: "A panic in `Clone` of a row comes through, writes nothing and leaves the store usable.";
    "4.7" tx_panic_last_run: "A panic in a run that has the turn gives the turn back.";
    "4.7" tx_reentrant_closures: "The closures of writes, scans and transactions may call the store.";
    "4.7" tx_reentrant_drop: "A row that the store lets go of may call the store when it is dropped.";
}

/// The store takes every kind of work, in a collection that has nothing to do with the panic.
async fn is_usable(scene: &Scene) -> Result<()> {
    let tx = begin(&scene.store).await?;
    let own = tx.collection::<Entry>().await?;
    own.insert(entry("new", 77)).await?;
    own.modify("new", |entry| entry.value += 1).await?;
    tx.commit().await?;
    assert_eq!(scene.entries.filter(|e| e.value.eq(78)).keys().await?, ["new"]);
    let snapshot = scene.store.snapshot().await?;
    assert!(snapshot.collection::<Entry>().await?.get("new").await?.is_some());
    scene.entries.remove_key("new").await.map(drop)
}

fn bursting(item: &mut Item) {
    item.value = 9_999;
    burst()
}

async fn tx_panic_closure(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.insert(item(6)).await?;
    let (before, inside) = (values(&scene.items).await?, values(&own).await?);
    for items in [&scene.items, &own] {
        assert!(caught(items.update(&first, bursting)).await.is_none(), "it comes through");
        assert!(caught(items.modify(&1, bursting)).await.is_none(), "it comes through");
        assert_eq!(values(&scene.items).await?, before);
        assert_eq!(values(&own).await?, inside);
        is_usable(&scene).await?;
    }
    own.update(&first, |item| item.value = 11).await?;
    tx.commit().await?;
    assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(11));
    Ok(())
}

async fn tx_panic_query(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.insert(item(6)).await?;
    let (before, inside) = (values(&scene.items).await?, values(&own).await?);
    for items in [&scene.items, &own] {
        for spoilt in 1..=5 {
            let change = move |item: &mut Item| {
                item.value = 9_999;
                if item.id == spoilt {
                    burst()
                }
            };
            let outcome = caught(items.query().update(change)).await;
            // a storage without serializable transactions refuses it before that
            assert!(outcome.is_none_or(|outcome| outcome.is_err()), "row {spoilt}");
            assert_eq!(values(&scene.items).await?, before);
            assert_eq!(values(&own).await?, inside);
        }
        is_usable(&scene).await?;
    }
    tx.commit().await
}

async fn tx_panic_scan(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.insert(item(6)).await?;
    let snapshot = scene.store.snapshot().await?.collection::<Item>().await?;
    for view in [&*scene.items, &*own, &snapshot] {
        for spoilt in 1..=5 {
            let scan = || view.scan(move |item: &Item| if item.id == spoilt { burst() } else { true });
            assert!(caught(scan().all()).await.is_none(), "row {spoilt}");
            assert!(caught(scan().count()).await.is_none(), "row {spoilt}");
            assert!(caught(scan().sum(|i| i.value)).await.is_none(), "row {spoilt}");
            let mut stream = scan().stream();
            let drained = caught(async { while stream.next().await.is_some() {} });
            assert!(drained.await.is_none(), "row {spoilt}");
            assert!(stream.next().await.is_none(), "row {spoilt}: the stream has ended");
        }
        is_usable(&scene).await?;
    }
    own.modify(&1, |item| item.value = 11).await?;
    tx.commit().await
}

/// A row that cannot be cloned while it is armed.
#[derive(Entity, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tx_fragile")]
struct Fragile {
    #[key]
    id: u64,
    #[index]
    value: u64,
    armed: bool,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        if self.armed {
            burst()
        }
        Self { id: self.id, value: self.value, armed: self.armed }
    }
}

async fn tx_panic_clone(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let rows = scene.store.collection::<Fragile>().await?;
    let armed = rows.insert(Fragile { id: 1, value: 1, armed: true }).await?;
    rows.insert(Fragile { id: 2, value: 2, armed: false }).await?;
    let tx = begin(&scene.store).await?;
    let own = tx.collection::<Fragile>().await?;
    for rows in [&rows, &own] {
        assert!(caught(rows.update(&armed, |row| row.value = 9)).await.is_none());
        assert!(caught(rows.modify(&1, |row| row.value = 9)).await.is_none());
        let outcome = caught(rows.query().update(|row| row.value = 9)).await;
        assert!(outcome.is_none_or(|outcome| outcome.is_err()));
        // no read clones a row
        assert_eq!(rows.get(&1).await?.as_ref(), Some(&armed));
        assert_eq!(rows.filter(|r| r.value.le(1)).all().await?, std::slice::from_ref(&armed));
        assert_eq!(rows.query().sum(|r| r.value).await?, 3);
        is_usable(&scene).await?;
    }
    own.modify(&2, |row| row.value = 20).await?;
    own.remove(&armed).await?;
    tx.commit().await?;
    assert_eq!(rows.query().keys().await?, [2]);
    Ok(())
}

async fn tx_panic_last_run(subject: &Subject) -> Result<()> {
    use super::losing::{Losing, Met, run_with};
    let losing = &Losing::new(subject).await?;
    let twice = || strongest(&losing.store).runs(2);
    let run = losing.store.transaction_with(twice(), |tx| async move {
        if tx.run() == 2 {
            burst()
        }
        losing.meet(tx, Some(Met::Version)).await
    });
    assert!(caught(run).await.is_none());
    // whoever needs the turn now gets it: no sleep of a second is ever over here
    let (runs, outcome) = run_with(losing, twice(), Met::Version, 1).await;
    outcome?;
    assert_eq!(runs, 2);
    let items = losing.store.collection::<Item>().await?;
    let adds = (0..5).map(|_| items.modify(&1, |item| item.value += 1));
    together(adds).await.into_iter().try_for_each(|outcome| outcome.map(drop))
}

async fn tx_reentrant_closures(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let (store, items) = (scene.store.clone(), scene.items.clone());
    // reads, writes, and a transaction of the store
    let call = move |id: u64| {
        let (store, items) = (store.clone(), items.clone());
        let is_done = elsewhere(move || {
            now(async {
                items.get(&2).await?;
                items.filter(|i| i.value.ge(0)).count().await?;
                items.upsert(item(id)).await?;
                let (tx, own) = begin_items(&store).await?;
                own.modify(&id, |item| item.rank += 1).await?;
                tx.commit().await
            })
        });
        assert!(is_done, "it waits for a lock");
    };
    let (tx, own) = begin_items(&scene.store).await?;
    for (items, base) in [(&scene.items, 100), (&own, 200)] {
        let called = call.clone();
        items.update(&first, move |item| (called(base), item.value = 11).1).await?;
        let called = call.clone();
        items.modify(&3, move |item| (called(base + 1), item.value = 31).1).await?;
        let called = call.clone();
        let scan = items.scan(move |item: &Item| item.id == 4 && (called(base + 2), true).1);
        assert_eq!(scan.keys().await?, [4]);
    }
    let called = call.clone();
    own.filter(|i| i.id.eq(5)).update(move |item| (called(203), item.value = 51).1).await?;
    for id in [100, 101, 102, 200, 201, 202, 203] {
        assert_eq!(scene.items.get(&id).await?.map(|row| row.rank), Some(id + 1), "{id}");
    }
    tx.rollback().await
}

thread_local! {
    /// What is asked whenever a `Spy` is dropped.
    static ASKED: RefCell<Option<Asked>> = const { RefCell::new(None) };
}

/// The collection of a store, and that of an open transaction.
#[derive(Clone)]
struct Asked {
    spies: Collection<Spy>,
    own: Arc<Mutex<Option<Collection<Spy>>>>,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "tx_spy")]
struct Spy {
    #[key]
    id: u64,
    #[distinct]
    name: String,
}

impl Drop for Spy {
    fn drop(&mut self) {
        // one question at a time: the answer is a row that may be dropped, too
        let asked = ASKED.try_with(RefCell::take).ok().flatten();
        if let Some(asked) = asked {
            let again = asked.clone();
            let own = asked.own.lock().clone();
            let is_done = elsewhere(move || {
                now(async {
                    asked.spies.get(&1).await?;
                    asked.spies.query().count().await?;
                    // what it answers after its end does not matter
                    match own {
                        Some(own) => own.remove_key(&1_000).await.map(drop),
                        None => Ok(()),
                    }
                })
            });
            assert!(is_done, "a row is dropped under a lock");
            ASKED.set(Some(again));
        }
    }
}

/// Does it while every row that is dropped asks the collections.
async fn asking<T>(asked: &Asked, work: impl Future<Output = T>) -> T {
    let mut work = Box::pin(work);
    poll_fn(|context| {
        ASKED.set(Some(asked.clone()));
        let outcome = work.as_mut().poll(context);
        ASKED.take();
        outcome
    })
    .await
}

async fn tx_reentrant_drop(subject: &Subject) -> Result<()> {
    let store = &subject.store().await?;
    let spies = &store.collection::<Spy>().await?;
    let asked = &Asked { spies: spies.clone(), own: Arc::default() };
    let spy = |id: u64, name: &str| Spy { id, name: name.to_owned() };
    spies.insert_many([spy(1, "a"), spy(2, "b")]).await?;
    for end in ["commit", "rollback", "failed commit"] {
        let work = async {
            refused(spies.insert(spy(2, "y")).await, ErrorKind::Duplicate);
            refused(spies.insert_many([spy(3, "c"), spy(4, "c")]).await, ErrorKind::Duplicate);
            spies.upsert(spy(2, "b")).await?;
            spies.insert(spy(9, "nine")).await?;
            spies.remove_key(&9).await?;
            let tx = begin(store).await?;
            let own = tx.collection::<Spy>().await?;
            *asked.own.lock() = Some(own.clone());
            refused(own.insert_many([spy(3, "c"), spy(4, "c")]).await, ErrorKind::Duplicate);
            refused(own.insert(spy(2, "y")).await, ErrorKind::Duplicate);
            let rename = |spy: &mut Spy| spy.name.push('!');
            let updates = together([own.query().update(rename), own.query().update(rename)]).await;
            assert!(updates.iter().any(|outcome| outcome.is_ok()));
            own.remove_key(&1).await?;
            own.insert(spy(1, end)).await?;
            match end {
                "commit" => tx.commit().await?,
                "rollback" => tx.rollback().await?,
                _ => {
                    spies.modify(&1, |spy| spy.name = "new".to_owned()).await?;
                    refused(tx.commit().await, ErrorKind::Conflict);
                }
            }
            Ok(())
        };
        asking(asked, work).await?;
        let ended = asked.own.lock().take();
        drop(ended);
    }
    Ok(())
}
