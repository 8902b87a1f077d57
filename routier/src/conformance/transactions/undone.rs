//! Transactions that do not come to their commit: section 4.3.

use std::future::pending;

use super::polling::{Later, Work, burst, caught, poll_times};
use super::reads::answers;
use super::scene::{Entry, Item, Scene, begin, entry, item, strongest};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::env::sync::{AtomicBool, Ordering};
use crate::{Commit, Error, ErrorKind, Feed, Result, Token, Transaction};

clauses! {
    "4.3" tx_rollback: "A rollback undoes all that the transaction did.";
    "4.3" tx_error: "An error that the closure gives undoes all that the transaction did.";
    "4.3" tx_panic: "A panic in the closure undoes all that the transaction did.";
    "4.3" tx_dropped_handle: "Dropping the last handle of a transaction undoes all that it did.";
    "4.3" tx_dropped_future: "Dropping the future of a transaction before its commit undoes all that it did, after whatever poll.";
    "4.3" tx_dropped_unpolled: "A commit that is dropped before it was polled undoes all that the transaction did.";
    "4.3" tx_dropped_commit: "A commit that is dropped later is done or not done, over all collections.";
    "4.3" tx_failed_commit: "A commit that fails undoes all that the transaction did, in all collections.";
}

/// A scene before a transaction that will be undone.
struct Before {
    scene: Scene,
    answers: Vec<(&'static str, String)>,
    entries: Vec<(String, i64)>,
    token: Token,
    feed: Feed<Commit>,
}

/// Writes of each kind, in two collections.
async fn stage(tx: &Transaction) -> Result<()> {
    let (items, entries) = (tx.collection::<Item>().await?, tx.collection::<Entry>().await?);
    items.insert_many([item(6), item(7)]).await?;
    items.modify(&1, |item| (item.value, item.name) = (11, Some("one".to_owned()))).await?;
    items.upsert(Item { value: 41, tags: Vec::new(), ..item(4) }).await?;
    items.remove_key(&2).await?;
    items.filter(|i| i.value.ge(45)).update(|item| item.rank = 77).await?;
    entries.insert(entry("c", 3)).await?;
    entries.remove_key("a").await?;
    Ok(())
}

impl Before {
    async fn new(subject: &Subject) -> Result<Self> {
        let scene = Scene::new(subject.store().await?).await?;
        let (answers, entries) = (answers(&scene.items).await?, scene.state().await?.1);
        let (token, feed) = (scene.store.token(), scene.store.changes().await?);
        Ok(Self { scene, answers, entries, token, feed })
    }

    /// Nothing is left of the transaction: no row, no entry of an index, no change, no claim.
    async fn check(mut self) -> Result<()> {
        assert_eq!(answers(&self.scene.items).await?, self.answers);
        assert_eq!(self.scene.state().await?.1, self.entries);
        assert_eq!(self.scene.items.filter(|i| i.rank.eq(77)).count().await?, 0);
        assert_eq!(self.scene.items.get_by(|i| i.name, "one").await?, None);
        assert_eq!(self.scene.store.token(), self.token);
        // the next change is that of the next commit, which writes what was undone
        self.scene.items.insert(Item { name: Some("one".to_owned()), ..item(6) }).await?;
        let commit = self.feed.next().await.transpose()?;
        let keys = commit.map(|commit| {
            assert_eq!(commit.changes().count(), 1);
            commit.of::<Item>().iter().map(|change| change.key()).collect::<Vec<_>>()
        });
        assert_eq!(keys, Some(vec![6]));
        self.scene.entries.insert(entry("c", 4)).await?;
        Ok(())
    }
}

async fn tx_rollback(subject: &Subject) -> Result<()> {
    let before = Before::new(subject).await?;
    let tx = begin(&before.scene.store).await?;
    stage(&tx).await?;
    tx.rollback().await?;
    before.check().await
}

async fn tx_error(subject: &Subject) -> Result<()> {
    let before = Before::new(subject).await?;
    let store = &before.scene.store;
    let outcome: Result<()> = store
        .transaction_with(strongest(store), |tx| async move {
            stage(&tx).await?;
            Err(Error::other("no"))
        })
        .await;
    refused(outcome, ErrorKind::Other);
    // one of the store's own that the closure lets through
    let outcome: Result<()> = store
        .transaction_with(strongest(store), |tx| async move {
            stage(&tx).await?;
            tx.collection::<Item>().await?.modify(&99, |_| ()).await.map(drop)
        })
        .await;
    refused(outcome, ErrorKind::NotFound);
    before.check().await
}

async fn tx_panic(subject: &Subject) -> Result<()> {
    let before = Before::new(subject).await?;
    let store = &before.scene.store;
    let run = store.transaction_with(strongest(store), |tx| async move {
        stage(&tx).await?;
        if tx.run() > 0 {
            burst()
        }
        Ok(())
    });
    assert!(caught(run).await.is_none(), "the panic comes through");
    before.check().await
}

async fn tx_dropped_handle(subject: &Subject) -> Result<()> {
    let before = Before::new(subject).await?;
    let tx = begin(&before.scene.store).await?;
    stage(&tx).await?;
    let (clone, items) = (tx.clone(), tx.collection::<Item>().await?);
    drop(tx);
    assert!(items.get(&6).await?.is_some(), "there is another handle");
    drop(clone);
    drop(items);
    before.check().await
}

async fn tx_dropped_future(subject: &Subject) -> Result<()> {
    let mut has_staged = false;
    for polls in 1..200 {
        let before = Before::new(subject).await?;
        let store = before.scene.store.clone();
        let staged = &AtomicBool::new(false);
        let mut run: Work<'_, ()> = Box::pin(async {
            let stage = |tx: Transaction| async move {
                stage(&tx).await?;
                staged.store(true, Ordering::Relaxed);
                pending::<Result<()>>().await
            };
            // it does not come to its commit
            drop(store.transaction_with(strongest(&store), stage).await);
        });
        assert!(poll_times(&mut run, polls).is_none());
        drop(run);
        before.check().await?;
        if has_staged {
            return Ok(());
        }
        has_staged = staged.load(Ordering::Relaxed);
    }
    panic!("it never staged all")
}

async fn tx_dropped_unpolled(subject: &Subject) -> Result<()> {
    let before = Before::new(subject).await?;
    let tx = begin(&before.scene.store).await?;
    stage(&tx).await?;
    drop(tx.commit());
    before.check().await
}

async fn tx_dropped_commit(subject: &Subject) -> Result<()> {
    let whole = Scene::new(subject.store().await?).await?;
    let before = whole.state().await?;
    let tx = begin(&whole.store).await?;
    stage(&tx).await?;
    tx.commit().await?;
    let after = whole.state().await?;
    for polls in 1..1_000 {
        let scene = Scene::new(subject.store().await?).await?;
        let tx = begin(&scene.store).await?;
        stage(&tx).await?;
        let mut commit: Work<'_, Result<()>> = Box::pin(tx.commit());
        let is_over = poll_times(&mut commit, polls).transpose()?.is_some();
        drop(commit);
        // what goes on by itself comes before what is begun now
        scene.items.insert(item(9)).await?;
        let (mut items, entries) = scene.state().await?;
        items.retain(|(id, _)| *id != 9);
        let now = (items, entries);
        assert!(now == before || now == after, "after {polls} polls: {now:?}");
        assert!(!is_over || now == after, "after {polls} polls it was acknowledged");
        if is_over {
            return Ok(());
        }
    }
    panic!("it never ended")
}

async fn tx_failed_commit(subject: &Subject) -> Result<()> {
    // where the conflict is, and that of the commit in its way
    type Spoil = fn(Scene) -> Later<Result<Scene>>;
    let spoils: &[(&str, Spoil, ErrorKind)] = &[
        (
            "a row that it changed",
            |scene| Box::pin(async { scene.items.modify(&1, |item| item.rank = 1).await.map(|_| scene) }),
            ErrorKind::Conflict,
        ),
        (
            "a row that it removed",
            |scene| {
                Box::pin(async { scene.entries.modify("a", |entry| entry.value = 1).await.map(|_| scene) })
            },
            ErrorKind::Conflict,
        ),
        (
            "a key that it inserted",
            |scene| Box::pin(async { scene.entries.insert(entry("c", 9)).await.map(|_| scene) }),
            ErrorKind::Duplicate,
        ),
        (
            "a distinct value that it took",
            |scene| {
                let taken = Item { name: Some("one".to_owned()), ..item(30) };
                Box::pin(async { scene.items.insert(taken).await.map(|_| scene) })
            },
            ErrorKind::Duplicate,
        ),
    ];
    for (name, spoil, kind) in spoils {
        let scene = Scene::new(subject.store().await?).await?;
        let tx = begin(&scene.store).await?;
        stage(&tx).await?;
        let scene = spoil(scene).await?;
        let (before, state) = (answers(&scene.items).await?, scene.state().await?);
        let token = scene.store.token();
        let error = tx.commit().await;
        assert_eq!(error.map_err(|error| error.kind()), Err(*kind), "{name}");
        assert_eq!(answers(&scene.items).await?, before, "{name}");
        assert_eq!(scene.state().await?, state, "{name}");
        assert_eq!(scene.store.token(), token, "{name}");
    }
    Ok(())
}
