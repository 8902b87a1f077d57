//! The end of a store: section 4.8.

use super::polling::{Work, poll_times};
use super::reads::READS;
use super::scene::{Entry, Item, Scene, begin_items, entry, item, strongest};
use super::writes::{Handles, WRITES};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::env::sync::{AtomicU32, Ordering};
use crate::{Collection, ErrorKind, Live, Result, Store, Transaction, View};

clauses! {
    "4.8" c_refuses: "A store that was closed refuses every new work with `Closed`.";
    "4.8" c_reads: "Every read of a store, a transaction or a snapshot is `Closed` after the close.";
    "4.8" c_writes: "Every write of a store or a transaction is `Closed` after the close.";
    "4.8" c_clones: "A close is for all clones of the store, and all its origins.";
    "4.8" c_rolls_back: "A close rolls open transactions back.";
    "4.8" c_running: "A transaction that is being run when the store is closed ends `Closed`, and is not run again.";
    "4.8" c_again: "Closing again does nothing, and goes well.";
    "4.8" c_dropped: "A close that was dropped halfway can be gone on with.";
    "4.8" c_pending: "A commit under way is done or refused when the close is through, and the feeds know which.";
    "4.8" c_feeds: "Feeds and watches give what was committed, and end after the last.";
    "4.8" c_last_clone: "Dropping the last clone of a store closes it, and not before.";
    "4.8" c_kept: "Rows, tokens and figures that were handed out stay readable after the close.";
}

async fn reads_closed(items: &View<Item>, what: &str) {
    for (name, read) in READS {
        let outcome = read(items.clone()).await.map_err(|error| error.kind());
        assert_eq!(outcome.err(), Some(ErrorKind::Closed), "{name} of {what}");
    }
    refused(items.query().limit(0).all().await, ErrorKind::Closed);
    refused(items.filter(|i| i.value.ge(1)).explain().await, ErrorKind::Closed);
}

async fn writes_closed(items: &Collection<Item>, handles: &Handles, what: &str) {
    for (name, write) in WRITES {
        let outcome = write(items.clone(), handles.clone()).await.map_err(|error| error.kind());
        assert_eq!(outcome, Err(ErrorKind::Closed), "{name} of {what}");
    }
    refused(items.insert_many(Vec::<Item>::new()).await, ErrorKind::Closed);
}

async fn store_closed(store: &Store) {
    refused(store.collection::<Item>().await, ErrorKind::Closed);
    refused(store.collection::<Entry>().await, ErrorKind::Closed);
    refused(store.begin_with(strongest(store)).await, ErrorKind::Closed);
    refused(store.begin_with(strongest(store).read_only()).await, ErrorKind::Closed);
    refused(store.snapshot().await, ErrorKind::Closed);
    refused(store.changes().await, ErrorKind::Closed);
    refused(store.changes_after(store.token()).await, ErrorKind::Closed);
    let calls = &AtomicU32::new(0);
    let run = store.transaction_with(strongest(store), |_| async move {
        calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    refused(run.await, ErrorKind::Closed);
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

async fn c_refuses(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    scene.store.close().await?;
    store_closed(&scene.store).await;
    refused(scene.items.changes().await, ErrorKind::Closed);
    refused(scene.items.changes_after(scene.store.token()).await, ErrorKind::Closed);
    refused(scene.items.filter(|i| i.value.ge(1)).watch().await, ErrorKind::Closed);
    Ok(())
}

async fn c_reads(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let snapshot = scene.store.snapshot().await?;
    let then = snapshot.collection::<Item>().await?;
    own.insert(item(6)).await?;
    scene.store.close().await?;
    reads_closed(&scene.items, "the store").await;
    reads_closed(&own, "a transaction").await;
    reads_closed(&then, "a snapshot").await;
    refused(snapshot.collection::<Item>().await, ErrorKind::Closed);
    refused(tx.collection::<Item>().await, ErrorKind::Closed);
    Ok(())
}

async fn c_writes(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let handles = scene.handles().await?;
    let (_tx, own) = begin_items(&scene.store).await?;
    let mut feed = scene.store.changes().await?;
    scene.store.close().await?;
    writes_closed(&scene.items, &handles, "the store").await;
    writes_closed(&own, &handles, "a transaction").await;
    assert!(feed.next().await.is_none(), "nothing was written");
    Ok(())
}

async fn c_clones(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let handles = scene.handles().await?;
    let (clone, origin) = (scene.store.clone(), scene.store.as_origin("other"));
    let of_origin = origin.collection::<Item>().await?;
    clone.close().await?;
    drop(clone);
    for store in [&scene.store, &origin] {
        store_closed(store).await;
    }
    writes_closed(&scene.items, &handles, "the store").await;
    writes_closed(&of_origin, &handles, "another origin").await;
    reads_closed(&of_origin, "another origin").await;
    Ok(())
}

async fn c_rolls_back(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let new = own.insert(item(6)).await?;
    let changed = own.modify(&1, |item| item.value = 11).await?;
    let mut feed = scene.store.changes().await?;
    scene.store.close().await?;
    refused(tx.token(), ErrorKind::Closed);
    refused(tx.clone().rollback().await, ErrorKind::Closed);
    refused(tx.commit().await, ErrorKind::Closed);
    assert_eq!((new.version(), changed.version()), (0, 0), "it was never committed");
    assert!(feed.next().await.is_none(), "nothing came, and the feed ends");
    Ok(())
}

async fn c_running(subject: &Subject) -> Result<()> {
    let runs = &AtomicU32::new(0);
    for by_query in [false, true] {
        let store = &subject.store().await?;
        let items = store.collection::<Item>().await?;
        items.insert(item(1)).await?;
        let mut feed = items.changes().await?;
        let closes = store.clone();
        let outcome = if by_query {
            let change = move |_: &mut Item| drop(super::side::now(closes.close()));
            items.modify(&1, change).await.map(drop)
        } else {
            let run = store.transaction_with(strongest(store), |tx| async move {
                runs.fetch_add(1, Ordering::Relaxed);
                tx.collection::<Item>().await?.insert(item(2)).await?;
                store.close().await
            });
            run.await
        };
        refused(outcome, ErrorKind::Closed);
        assert!(feed.next().await.is_none(), "by a statement: {by_query}");
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    Ok(())
}

async fn c_again(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let clone = scene.store.clone();
    scene.store.close().await?;
    scene.store.close().await?;
    clone.close().await?;
    drop(scene);
    clone.close().await
}

async fn c_dropped(subject: &Subject) -> Result<()> {
    for polls in 0..3 {
        let scene = Scene::new(subject.store().await?).await?;
        let mut feed = scene.items.changes().await?;
        scene.items.insert(item(6)).await?;
        let mut close: Work<'_, Result<()>> = Box::pin(scene.store.close());
        poll_times(&mut close, polls).transpose()?;
        drop(close);
        if polls > 0 {
            refused(scene.items.get(&1).await, ErrorKind::Closed);
        }
        scene.store.close().await?;
        refused(scene.items.get(&1).await, ErrorKind::Closed);
        assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(6));
        assert!(feed.next().await.is_none(), "dropped after {polls} polls");
    }
    Ok(())
}

async fn c_pending(subject: &Subject) -> Result<()> {
    for polls in 0..8 {
        let scene = Scene::new(subject.store().await?).await?;
        let mut feed = scene.items.changes().await?;
        let (tx, own) = begin_items(&scene.store).await?;
        own.insert(item(6)).await?;
        let mut commit: Work<'_, Result<()>> = Box::pin(tx.commit());
        let begun = poll_times(&mut commit, polls);
        scene.store.close().await?;
        let outcome = match begun {
            Some(outcome) => outcome,
            None => commit.await,
        };
        let told = feed.next().await.transpose()?.map(|change| change.key());
        match outcome {
            Ok(()) => assert_eq!(told, Some(6), "closed after {polls} polls"),
            Err(error) => assert_eq!((error.kind(), told), (ErrorKind::Closed, None), "after {polls} polls"),
        }
        assert!(feed.next().await.is_none(), "closed after {polls} polls");
    }
    Ok(())
}

async fn c_feeds(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (mut all, mut items) = (scene.store.changes().await?, scene.items.changes().await?);
    let mut entries = scene.entries.changes().await?;
    let mut watch = scene.items.filter(|i| i.value.ge(50)).watch().await?;
    scene.items.insert(item(6)).await?;
    scene.entries.insert(entry("c", 3)).await?;
    scene.items.remove_key(&6).await?;
    scene.store.close().await?;
    let mut commits = 0;
    while all.next().await.transpose()?.is_some() {
        commits += 1;
    }
    assert_eq!(commits, 3);
    for _ in 0..2 {
        assert_eq!(items.next().await.transpose()?.map(|change| change.key()), Some(6));
    }
    assert_eq!(entries.next().await.transpose()?.map(|change| change.key()).as_deref(), Some("c"));
    let mut told = Vec::new();
    while let Some(live) = watch.next().await.transpose()? {
        told.push(match live {
            Live::Reset(rows) => format!("reset {}", rows.len()),
            Live::Entered(row) => format!("entered {}", row.id),
            Live::Left(row) => format!("left {}", row.id),
            Live::Ready(_) => "ready".to_owned(),
            _ => "other".to_owned(),
        });
    }
    assert_eq!(told, ["reset 1", "ready", "entered 6", "ready", "left 6", "ready"]);
    // it stays at its end
    assert!(all.next().await.is_none() && items.next().await.is_none());
    assert!(entries.next().await.is_none() && watch.next().await.is_none());
    Ok(())
}

async fn c_last_clone(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let handles = scene.handles().await?;
    let mut feed = scene.items.changes().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.insert(item(7)).await?;
    let Scene { store, items, entries } = scene;
    let (clone, other) = (store.clone(), store.as_origin("other"));
    drop(store);
    drop(clone);
    // a collection, a transaction or a feed does not keep it open, the last clone does
    items.insert(item(6)).await?;
    drop(other);
    reads_closed(&items, "the store").await;
    writes_closed(&items, &handles, "the store").await;
    refused(entries.get("a").await, ErrorKind::Closed);
    refused(Transaction::commit(tx).await, ErrorKind::Closed);
    assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(6));
    assert!(feed.next().await.is_none(), "the feed ends after the last commit");
    Ok(())
}

async fn c_kept(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let [first, _] = scene.handles().await?;
    let snapshot = scene.store.snapshot().await?;
    let (token, of_snapshot) = (scene.store.token(), snapshot.token());
    let name = scene.store.capabilities().name;
    scene.store.close().await?;
    assert_eq!((scene.store.token(), snapshot.token()), (token, of_snapshot));
    assert_eq!(*first, item(1));
    assert_ne!(first.version(), 0);
    assert_eq!(scene.store.capabilities().name, name);
    assert_eq!(scene.store.stats().visible, token.number());
    Ok(())
}
