//! How transactions end that do not come to their commit: errors, panics, timeouts, futures that are dropped.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join, pending};
use routier::{Clock, Entity, Error, ErrorKind, ManualClock, Store, Transaction, TransactionOptions};
use routier_tests::stores::{Yield, on_each, on_each_kind};
use serde::{Deserialize, Serialize};

use crate::entities::Note;
use crate::scopes::fails;

/// How a closure leaves its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Well,
    Error,
    Panic,
    Dropped,
    /// The timeout passes while the closure waits.
    Timeout,
}

const EXITS: [Exit; 5] = [Exit::Well, Exit::Error, Exit::Panic, Exit::Dropped, Exit::Timeout];

#[tokio::test]
async fn however_it_ends_a_handle_left_behind_is_closed() {
    on_each_kind(async |kind| {
        for exit in EXITS {
            eprintln!("{kind:?}: {exit:?}");
            let clock = ManualClock::new(Duration::ZERO);
            let store = kind.build(Store::builder().clock(clock.clone())).await?;
            let notes = store.collection::<Note>().await?;
            let left: Rc<RefCell<Option<Transaction>>> = Rc::default();
            let options = TransactionOptions::new().timeout(Duration::from_secs(60));
            let mut run = Box::pin(store.transaction_with(options, async |tx| {
                *left.borrow_mut() = Some(tx.clone());
                tx.collection::<Note>().await?.insert(Note::new("a", 1)).await?;
                match exit {
                    Exit::Well => Ok(()),
                    Exit::Error => Err(Error::other("no")),
                    Exit::Panic => panic!("a planted panic"),
                    Exit::Dropped | Exit::Timeout => pending().await,
                }
            }));
            match exit {
                Exit::Well => run.await?,
                Exit::Error => drop(fails(run.await, ErrorKind::Other)),
                Exit::Panic => assert!(AssertUnwindSafe(run).catch_unwind().await.is_err()),
                Exit::Dropped | Exit::Timeout => {
                    let mut context = Context::from_waker(Waker::noop());
                    while left.borrow().is_none() || clock.n_sleepers() == 0 {
                        assert!(run.as_mut().poll_unpin(&mut context).is_pending());
                    }
                    clock.advance(Duration::from_secs(59));
                    assert!(run.as_mut().poll_unpin(&mut context).is_pending());
                    clock.advance(Duration::from_secs(1));
                    if exit == Exit::Timeout {
                        let Poll::Ready(outcome) = run.as_mut().poll_unpin(&mut context) else {
                            panic!("the time is over")
                        };
                        let error = fails(outcome, ErrorKind::Timeout);
                        assert!(error.to_string().contains("60s"), "{error}");
                    } else {
                        drop(run);
                    }
                }
            }
            let left = left.borrow_mut().take().expect("the closure has run");
            fails(left.collection::<Note>().await?.insert(Note::new("b", 1)).await, ErrorKind::Closed);
            fails(left.clone().rollback().await, ErrorKind::Closed);
            fails(left.commit().await, ErrorKind::Closed);
            let expected = u64::from(exit == Exit::Well);
            assert_eq!(notes.query().count().await?, expected);
            notes.upsert(Note::new("c", 1)).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_time_of_a_transaction_covers_its_pauses_and_runs_together() {
    on_each_kind(async |kind| {
        let clock = ManualClock::new(Duration::ZERO);
        let store = kind.build(Store::builder().clock(clock.clone())).await?;
        let notes = store.collection::<Note>().await?;
        notes.insert(Note::new("a", 0)).await?;
        let options = TransactionOptions::new().timeout(Duration::from_secs(10));
        let lose = store.transaction_with(options, async |tx| {
            let staged = tx.collection::<Note>().await?;
            clock.sleep(Duration::from_secs(1)).await;
            staged.modify("a", |note| note.value += 100).await?;
            notes.modify("a", |note| note.value += 1).await?;
            Ok(())
        });
        let tick = async {
            loop {
                Yield::default().await;
                clock.advance(Duration::from_millis(500));
            }
        };
        let outcome = tokio::select! {
            outcome = lose => outcome,
            () = tick => unreachable!(),
        };
        fails(outcome, ErrorKind::Timeout);
        let runs = notes.query().one().await?.value;
        assert!((2..=10).contains(&runs), "{runs} runs within ten seconds, of one second each");
        assert_eq!(clock.n_sleepers(), 0, "nothing is left behind");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_through_in_time_does_not_notice_its_timeout() {
    on_each_kind(async |kind| {
        let clock = ManualClock::new(Duration::ZERO);
        let store = kind.build(Store::builder().clock(clock.clone())).await?;
        for timeout in [Duration::from_nanos(1), Duration::MAX] {
            let options = TransactionOptions::new().timeout(timeout);
            store
                .transaction_with(options, async |tx| {
                    tx.collection::<Note>().await?.upsert(Note::new("a", 1)).await.map(drop)
                })
                .await?;
        }
        assert_eq!(clock.n_sleepers(), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_a_closure_leaves_the_store_usable() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let note = notes.insert_many([Note::new("a", 1), Note::new("b", 2)]).await?.swap_remove(0);
        let burst = |note: &mut Note| -> () {
            note.value = 100;
            panic!("a planted panic")
        };
        let tx = store.begin().await?;
        let staged = tx.collection::<Note>().await?;
        staged.insert(Note::new("c", 3)).await?;
        for within in [&notes, &staged] {
            assert!(AssertUnwindSafe(within.update(&note, burst)).catch_unwind().await.is_err());
            assert!(AssertUnwindSafe(within.modify("a", burst)).catch_unwind().await.is_err());
            assert!(AssertUnwindSafe(within.query().update(burst)).catch_unwind().await.is_err());
            let scan = within.scan(|_| panic!("a planted panic")).count();
            assert!(AssertUnwindSafe(scan).catch_unwind().await.is_err());
        }
        assert_eq!(staged.query().sum(|n| n.value).await?, 6);
        assert_eq!(notes.query().sum(|n| n.value).await?, 3);
        staged.update(&note, |note| note.value = 10).await?;
        tx.commit().await?;
        assert_eq!(notes.query().sum(|n| n.value).await?, 15);
        notes.modify("a", |note| note.value += 1).await?;
        Ok(())
    })
    .await;
}

thread_local! {
    /// What is asked of a transaction whenever a `Spy` is dropped.
    static ASKED: RefCell<Option<Transaction>> = const { RefCell::new(None) };
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Spy {
    #[key]
    id: u64,
    #[distinct]
    name: String,
}

impl Drop for Spy {
    fn drop(&mut self) {
        let asked = ASKED.try_with(|asked| asked.try_borrow().ok().and_then(|asked| asked.clone()));
        if let Ok(Some(tx)) = asked {
            let _ = tx.token();
        }
    }
}

/// It would not end: the locks of the store are not re-entrant.
#[tokio::test]
async fn no_row_is_dropped_under_a_lock() {
    on_each(async |store| {
        let spies = store.collection::<Spy>().await?;
        let spy = |id: u64, name: &str| Spy { id, name: name.to_owned() };
        spies.insert_many([spy(1, "a"), spy(2, "b")]).await?;
        for end in ["commit", "rollback", "failed commit"] {
            let tx = store.begin().await?;
            ASKED.with(|asked| asked.replace(Some(tx.clone())));
            let staged = tx.collection::<Spy>().await?;
            fails(staged.insert_many([spy(3, "c"), spy(4, "c")]).await, ErrorKind::Duplicate);
            fails(staged.insert(spy(2, "y")).await, ErrorKind::Duplicate);
            let rename = |spy: &mut Spy| spy.name.push('!');
            let (one, other) = join(staged.query().update(rename), staged.query().update(rename)).await;
            assert!(one.is_ok() || other.is_ok());
            staged.remove_key(&1).await?;
            staged.insert(spy(1, "z")).await?;
            match end {
                "commit" => tx.commit().await?,
                "rollback" => tx.rollback().await?,
                _ => {
                    spies.modify(&1, |spy| spy.name = "new".to_owned()).await?;
                    fails(tx.commit().await, ErrorKind::Conflict);
                }
            }
            ASKED.with(|asked| asked.replace(None));
        }
        assert!(catch_unwind(|| ASKED.with(|asked| asked.borrow().is_none())).is_ok());
        Ok(())
    })
    .await;
}
