//! Transactions after their end, and those that only read: sections 4.2 and 4.5.

use std::future::pending;

use super::polling::{Later, Work, burst, caught, poll_times};
use super::reads::{READS, read_all};
use super::scene::{Item, Scene, begin, begin_items, item, strongest};
use super::writes::WRITES;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::{Pause, refused};
use crate::env::sync::Mutex;
use crate::{Error, ErrorKind, Isolation, Result, Transaction, TransactionOptions};

clauses! {
    "4.5" tx_closed_reads: "Every read of a transaction is `Closed` after its end, by commit, rollback or a commit that failed.";
    "4.5" tx_closed_writes: "Every write of a transaction is `Closed` after its end, and so are `commit`, `rollback` and `token`.";
    "4.5" tx_left_behind: "A handle that a closure left behind is `Closed` when its transaction has ended, however it did.";
    "4.2" tx_read_only_refuses: "A read-only transaction refuses every write with `Unsupported`, and goes on reading.";
    "4.2" tx_read_only_commits: "A read-only transaction commits whatever others have written since it read.";
    "4.2" tx_reads_only: "A transaction that wrote nothing commits whatever others have written since it read.";
    "4.2" tx_read_only_closure: "A closure that is run read-only gives what it read, in one run.";
}

/// How a transaction ends by hand.
const ENDS: &[&str] = &["commit", "rollback", "failed commit"];

async fn end(scene: &Scene, tx: &Transaction, how: &str) -> Result<()> {
    match how {
        "commit" => tx.clone().commit().await,
        "rollback" => tx.clone().rollback().await,
        _ => {
            tx.collection::<Item>().await?.modify(&1, |item| item.value = 0).await?;
            scene.items.modify(&1, |item| item.value = 1).await?;
            refused(tx.clone().commit().await, ErrorKind::Conflict);
            Ok(())
        }
    }
}

async fn tx_closed_reads(subject: &Subject) -> Result<()> {
    for how in ENDS {
        let scene = Scene::new(subject.store().await?).await?;
        let (tx, items) = begin_items(&scene.store).await?;
        items.insert(item(6)).await?;
        end(&scene, &tx, how).await?;
        for (name, read) in READS {
            let error = read((*items).clone()).await.map_err(|error| error.kind());
            assert_eq!(error.err(), Some(ErrorKind::Closed), "{name} after {how}");
        }
        let error = refused(items.get(&1).await, ErrorKind::Closed);
        assert!(error.to_string().contains("transaction has ended"), "{error}");
    }
    Ok(())
}

async fn tx_closed_writes(subject: &Subject) -> Result<()> {
    for how in ENDS {
        let scene = Scene::new(subject.store().await?).await?;
        let (tx, items) = begin_items(&scene.store).await?;
        items.insert(item(60)).await?;
        end(&scene, &tx, how).await?;
        let before = scene.state().await?;
        let handles = scene.handles().await?;
        for (name, write) in WRITES {
            let outcome = write(items.clone(), handles.clone()).await.map_err(|error| error.kind());
            assert_eq!(outcome, Err(ErrorKind::Closed), "{name} after {how}");
        }
        refused(tx.token(), ErrorKind::Closed);
        refused(tx.clone().rollback().await, ErrorKind::Closed);
        refused(tx.clone().commit().await, ErrorKind::Closed);
        assert_eq!(scene.state().await?, before, "after {how}");
    }
    Ok(())
}

/// How a closure leaves its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Well,
    Error,
    Panic,
    Dropped,
}

async fn tx_left_behind(subject: &Subject) -> Result<()> {
    for exit in [Exit::Well, Exit::Error, Exit::Panic, Exit::Dropped] {
        let scene = Scene::new(subject.store().await?).await?;
        let left: &Mutex<Option<Transaction>> = &Mutex::default();
        let body = |tx: Transaction| async move {
            tx.collection::<Item>().await?.insert(item(6)).await?;
            *left.lock() = Some(tx);
            match exit {
                Exit::Well => Ok(()),
                Exit::Error => Err(Error::other("no")),
                Exit::Panic => burst(),
                Exit::Dropped => pending().await,
            }
        };
        let mut run: Work<'_, Option<Result<()>>> =
            Box::pin(caught(scene.store.transaction_with(strongest(&scene.store), body)));
        if exit == Exit::Dropped {
            while left.lock().is_none() {
                assert!(poll_times(&mut run, 1).is_none());
                Pause::default().await;
            }
            drop(run);
        } else {
            let outcome = run.await.map(|outcome| outcome.map_err(|error| error.kind()));
            let expected = match exit {
                Exit::Well => Some(Ok(())),
                Exit::Error => Some(Err(ErrorKind::Other)),
                _ => None,
            };
            assert_eq!(outcome, expected, "{exit:?}");
        }
        let Some(left) = left.lock().take() else { panic!("{exit:?}: the closure has run") };
        let items = left.collection::<Item>().await?;
        refused(items.get(&1).await, ErrorKind::Closed);
        refused(items.insert(item(7)).await, ErrorKind::Closed);
        refused(left.clone().rollback().await, ErrorKind::Closed);
        refused(left.commit().await, ErrorKind::Closed);
        assert_eq!(scene.items.get(&6).await?.is_some(), exit == Exit::Well, "{exit:?}");
        scene.items.upsert(item(6)).await?;
    }
    Ok(())
}

/// Each isolation that a reader may ask for.
fn read_only(store: &crate::Store) -> impl Iterator<Item = TransactionOptions> + use<> {
    let most = store.capabilities().isolation;
    let levels =
        [Isolation::Snapshot, Isolation::Serializable].into_iter().filter(move |level| *level <= most);
    levels.map(|level| TransactionOptions::new().isolation(level).read_only())
}

async fn tx_read_only_refuses(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let before = scene.state().await?;
    for options in read_only(&scene.store) {
        let tx = scene.store.begin_with(options).await?;
        let items = tx.collection::<Item>().await?;
        for (name, write) in WRITES {
            let error = write(items.clone(), scene.handles().await?).await;
            assert_eq!(error.map_err(|error| error.kind()), Err(ErrorKind::Unsupported), "{name}");
            assert_eq!(super::scene::values(&items).await?, before.0, "{name}");
        }
        let error = refused(items.remove_key(&1).await, ErrorKind::Unsupported);
        assert!(error.to_string().contains("read-only"), "{error}");
        tx.commit().await?;
        assert_eq!(scene.state().await?, before);
    }
    Ok(())
}

async fn tx_read_only_commits(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for options in read_only(&store) {
        for (name, write) in WRITES {
            let scene = Scene::new(subject.store().await?).await?;
            let tx = scene.store.begin_with(options.clone()).await?;
            let items = tx.collection::<Item>().await?;
            read_all(&items).await?;
            scene.beside(*write).await?;
            read_all(&items).await?;
            assert_eq!(tx.commit().await.map_err(|error| error.kind()), Ok(()), "{name}");
        }
    }
    Ok(())
}

async fn tx_reads_only(subject: &Subject) -> Result<()> {
    for (name, write) in WRITES {
        let scene = Scene::new(subject.store().await?).await?;
        let (tx, items) = begin_items(&scene.store).await?;
        read_all(&items).await?;
        // one statement that failed is none
        refused(items.insert(item(1)).await, ErrorKind::Duplicate);
        scene.beside(*write).await?;
        read_all(&items).await?;
        assert_eq!(tx.commit().await.map_err(|error| error.kind()), Ok(()), "{name}");
    }
    // and one that has done nothing at all
    let store = subject.store().await?;
    begin(&store).await?.commit().await
}

async fn tx_read_only_closure(subject: &Subject) -> Result<()> {
    let scene = &Scene::new(subject.store().await?).await?;
    for options in read_only(&scene.store) {
        type Read = Later<Result<(u32, i128)>>;
        let items = scene.items.clone();
        let body = move |tx: Transaction| -> Read {
            let items = items.clone();
            Box::pin(async move {
                let own = tx.collection::<Item>().await?;
                let before = own.query().sum(|i| i.value).await?;
                items.modify(&1, |item| item.value += 1).await?;
                let after = own.query().sum(|i| i.value).await?;
                refused(own.remove_key(&1).await, ErrorKind::Unsupported);
                Ok((tx.run(), after - before))
            })
        };
        assert_eq!(scene.store.transaction_with(options, body).await?, (1, 0));
    }
    Ok(())
}
