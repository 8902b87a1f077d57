//! Transactions that are run again: by what, how often, and what they give in the end.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use futures_util::future::{join, join_all};
use routier::{
    Collection, ConflictCause, Error, ErrorKind, Result, Store, Transaction, TransactionOptions, Versioned,
};
use routier_tests::stores::{Hasty, on_each, on_each_kind};

use crate::entities::{NewPlayer, Note, Player};
use crate::scopes::fails;

/// What a run of a transaction meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// A row that it read and wrote another is changed before it commits.
    Read,
    /// A query finds other rows before it commits.
    Phantom,
    /// A row that it wrote is changed before it commits.
    Version,
    /// A key that it inserts is there before it commits.
    Key,
    /// A distinct value is there before it commits.
    Distinct,
    /// A handle that is newer than its snapshot.
    NewerHandle,
    /// The same, and the closure makes `Ok` of it.
    Swallowed,
    /// The same, and the closure makes an error of its own of it.
    Replaced,
    /// The closure commits itself, and conflicts.
    CommittedByHand,
    /// The same, and the closure makes `Ok` of it.
    CommittedByHandSwallowed,
    /// A handle that was stale already at the snapshot.
    StaleHandle,
    /// A key that the snapshot shows.
    KeyThere,
    /// A distinct value that the snapshot shows.
    DistinctThere,
    /// One that only the commit meets.
    DistinctThereAtCommit,
    /// Two of its own rows get one value.
    OwnDistinct,
    /// An error of its own.
    Own,
    /// A row that is not there.
    NotFound,
    /// A value that is never taken.
    Invalid,
}

use Met::*;

/// Each with its kind, and whether the transaction is run again.
const CASES: &[(Met, ErrorKind, bool)] = &[
    (Read, ErrorKind::Conflict, true),
    (Phantom, ErrorKind::Conflict, true),
    (Version, ErrorKind::Conflict, true),
    (Key, ErrorKind::Duplicate, true),
    (Distinct, ErrorKind::Duplicate, true),
    (NewerHandle, ErrorKind::Conflict, true),
    (Swallowed, ErrorKind::Conflict, true),
    (Replaced, ErrorKind::Conflict, true),
    (CommittedByHand, ErrorKind::Conflict, true),
    (CommittedByHandSwallowed, ErrorKind::Conflict, true),
    (StaleHandle, ErrorKind::Conflict, false),
    (KeyThere, ErrorKind::Duplicate, false),
    (DistinctThere, ErrorKind::Duplicate, false),
    (DistinctThereAtCommit, ErrorKind::Duplicate, false),
    (OwnDistinct, ErrorKind::Duplicate, false),
    (Own, ErrorKind::Other, false),
    (NotFound, ErrorKind::NotFound, false),
    (Invalid, ErrorKind::Invalid, false),
];

struct Scene {
    store: Store,
    players: Collection<Player>,
    notes: Collection<Note>,
    stale: Versioned<Note>,
    n_new: Cell<u32>,
}

impl Scene {
    async fn new(store: Store) -> Result<Self> {
        let (players, notes) = (store.collection::<Player>().await?, store.collection::<Note>().await?);
        players.insert_many([NewPlayer::named("ada", 1), NewPlayer::named("bob", 1)]).await?;
        let stale = notes.insert(Note::new("a", 0)).await?;
        notes.modify("a", |note| note.value = 1).await?;
        Ok(Self { store, players, notes, stale, n_new: Cell::new(0) })
    }

    /// One run, which meets something if it is to.
    async fn run(&self, tx: Transaction, met: Option<Met>) -> Result<()> {
        let (players, notes) = (tx.collection::<Player>().await?, tx.collection::<Note>().await?);
        notes.upsert(Note::new("mine", 1)).await?;
        let change = || self.notes.modify("a", |note| note.value += 1);
        let Some(met) = met else { return Ok(()) };
        match met {
            Read => {
                notes.get("a").await?;
                change().await?;
            }
            Phantom => {
                notes.filter(|n| n.value.ge(100)).count().await?;
                self.notes.insert(Note::new("big", 100)).await?;
                self.notes.remove_key("big").await?;
            }
            Version => {
                notes.modify("a", |note| note.value += 1).await?;
                change().await?;
            }
            Key => {
                let new = format!("new{}", self.n_new.replace(self.n_new.get() + 1));
                notes.insert(Note::new(&new, 1)).await?;
                self.notes.insert(Note::new(&new, 2)).await?;
            }
            Distinct => {
                let new = format!("new{}", self.n_new.replace(self.n_new.get() + 1));
                players.insert(NewPlayer::named(&new, 1)).await?;
                self.players.insert(NewPlayer::named(&new, 2)).await?;
            }
            NewerHandle => {
                notes.update(&change().await?, |note| note.value = 9).await?;
            }
            Swallowed => {
                let outcome = notes.update(&change().await?, |note| note.value = 9).await;
                assert!(fails(outcome, ErrorKind::Conflict).is_retryable());
            }
            Replaced => {
                let outcome = notes.update(&change().await?, |note| note.value = 9).await;
                return outcome.map(drop).map_err(|_| Error::other("lost"));
            }
            CommittedByHand | CommittedByHandSwallowed => {
                notes.get("a").await?;
                change().await?;
                let outcome = tx.commit().await;
                return if met == CommittedByHand { outcome } else { Ok(()) };
            }
            StaleHandle => drop(notes.update(&self.stale, |note| note.value = 9).await?),
            KeyThere => drop(notes.insert(Note::new("a", 1)).await?),
            DistinctThere => drop(players.insert(NewPlayer::named("ada", 1)).await?),
            DistinctThereAtCommit => drop(players.modify(&2, |p| p.handle = "ada".to_owned()).await?),
            OwnDistinct => {
                for key in [1, 2] {
                    players.modify(&key, |p| p.handle = "both".to_owned()).await?;
                }
            }
            Own => return Err(Error::other("my own")),
            NotFound => drop(notes.modify("nobody", |_| ()).await?),
            Invalid => drop(notes.modify("a", |note| note.name = "b".to_owned()).await?),
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_a_later_commit_is_to_blame_for_is_run_again() {
    on_each_kind(async |kind| {
        let scene = Scene::new(kind.build(Store::builder().clock(Hasty::default())).await?).await?;
        for &(met, error_kind, again) in CASES {
            eprintln!("{kind:?}: {met:?}, once");
            let runs = Cell::new(0);
            let outcome = scene
                .store
                .transaction(async |tx| {
                    runs.set(runs.get() + 1);
                    scene.run(tx, (runs.get() == 1).then_some(met)).await
                })
                .await;
            if again {
                outcome?;
                assert_eq!(runs.get(), 2);
                assert!(scene.notes.get("mine").await?.is_some());
            } else {
                let error = fails(outcome, error_kind);
                assert!(!error.is_retryable());
                assert_eq!(runs.get(), 1);
                assert!(scene.notes.get("mine").await?.is_none(), "nothing is written");
            }
            scene.notes.remove_key("mine").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn it_is_run_16_times_at_most() {
    on_each_kind(async |kind| {
        let scene = Scene::new(kind.build(Store::builder().clock(Hasty::default())).await?).await?;
        for &(met, error_kind, _) in CASES.iter().filter(|(_, _, again)| *again) {
            for (options, expected) in [
                (TransactionOptions::new(), 16),
                (TransactionOptions::new().runs(3), 3),
                (TransactionOptions::new().runs(1), 1),
                (TransactionOptions::new().runs(0), 1),
            ] {
                eprintln!("{kind:?}: {met:?}, in each of {expected} runs");
                let runs = Cell::new(0);
                let outcome = scene
                    .store
                    .transaction_with(options, async |tx| {
                        runs.set(runs.get() + 1);
                        scene.run(tx, Some(met)).await
                    })
                    .await;
                let error = fails(outcome, error_kind);
                assert!(error.is_retryable());
                assert!(error.collection().is_some());
                match met {
                    Read | Phantom | CommittedByHand | CommittedByHandSwallowed => {
                        assert_eq!(error.cause(), Some(&ConflictCause::Read));
                    }
                    Version | NewerHandle | Swallowed | Replaced => {
                        let Some(ConflictCause::Version { key, expected, actual }) = error.cause() else {
                            panic!("{error:?}")
                        };
                        assert_eq!((key.as_str(), error.key()), ("\"a\"", Some("\"a\"")));
                        assert_ne!(Some(*expected), *actual);
                    }
                    _ => assert!(error.value().is_some_and(|value| value.starts_with("\"new")), "{error:?}"),
                }
                assert_eq!(runs.get(), expected);
                assert!(scene.notes.get("mine").await?.is_none());
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_the_closure_has_committed_is_not_run_again() {
    on_each(async |store| {
        let scene = Scene::new(store).await?;
        let runs = Cell::new(0);
        let outcome: Result<()> = scene
            .store
            .transaction(async |tx| {
                runs.set(runs.get() + 1);
                scene.run(tx.clone(), Some(Swallowed)).await?;
                tx.commit().await?;
                Err(Error::other("too late"))
            })
            .await;
        assert_eq!(fails(outcome, ErrorKind::Other).to_string(), "too late");
        assert_eq!(runs.get(), 1);
        assert!(scene.notes.get("mine").await?.is_some());

        scene.store.transaction(async |tx| tx.rollback().await).await?;
        let value = scene.store.transaction(async |tx| tx.commit().await.map(|()| 5)).await?;
        assert_eq!(value, 5);
        Ok(())
    })
    .await;
}

#[derive(Debug, PartialEq, Eq)]
struct Poor {
    lacks: i64,
}

impl fmt::Display for Poor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} short", self.lacks)
    }
}

impl std::error::Error for Poor {}

#[tokio::test]
async fn an_error_of_ones_own_comes_back_untouched() {
    on_each(async |store| {
        let scene = Scene::new(store).await?;
        let outcome: Result<()> = scene
            .store
            .transaction(async |tx| {
                scene.run(tx, None).await?;
                Err(Error::other(Poor { lacks: 3 }))
            })
            .await;
        let error = fails(outcome, ErrorKind::Other);
        assert_eq!(error.to_string(), "3 short");
        assert_eq!(error.downcast::<Poor>().unwrap(), Poor { lacks: 3 });
        assert!(scene.notes.get("mine").await?.is_none(), "it is rolled back");
        Ok(())
    })
    .await;
}

#[derive(Debug)]
enum Failure {
    Poor(Poor),
    Store(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

#[tokio::test]
async fn a_closure_may_have_an_error_type_of_its_own() {
    on_each_kind(async |kind| {
        let scene = Scene::new(kind.build(Store::builder().clock(Hasty::default())).await?).await?;
        let outcome: Result<(), Failure> = scene
            .store
            .try_transaction(async |tx| {
                scene.run(tx, None).await?;
                Err(Failure::Poor(Poor { lacks: 1 }))
            })
            .await;
        assert!(matches!(outcome, Err(Failure::Poor(Poor { lacks: 1 }))), "{outcome:?}");
        assert!(scene.notes.get("mine").await?.is_none());

        let runs = Cell::new(0);
        let outcome: Result<i32, Failure> = scene
            .store
            .try_transaction_with(TransactionOptions::new().runs(2), async |tx| {
                runs.set(runs.get() + 1);
                scene.run(tx, Some(Swallowed)).await?;
                Ok(7)
            })
            .await;
        assert!(matches!(&outcome, Err(Failure::Store(error)) if error.is_retryable()), "{outcome:?}");
        assert_eq!(runs.get(), 2);

        let outcome: Result<i32, Failure> = scene
            .store
            .try_transaction(async |tx| {
                scene.run(tx, None).await?;
                Ok(7)
            })
            .await;
        assert_eq!(outcome.ok(), Some(7));
        assert!(scene.notes.get("mine").await?.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_one_of_50_transactions_on_one_row_ends() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let notes = store.collection::<Note>().await?;
        notes.insert(Note::new("a", 0)).await?;
        let tasks = (0..50).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .transaction(|tx| async move {
                        let notes = tx.collection::<Note>().await?;
                        let note = notes.get("a").await?.expect("it is there");
                        tokio::task::yield_now().await;
                        notes.update(&note, |note| note.value += 1).await
                    })
                    .await
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        assert_eq!(notes.query().one().await?.value, 50);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_one_of_200_modifications_of_one_row_ends() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let notes = store.collection::<Note>().await?;
        notes.insert_many([Note::new("a", 0), Note::new("b", 0)]).await?;
        let tasks = (0..200).map(|n| {
            let notes = notes.clone();
            tokio::spawn(async move {
                let name = if n % 4 == 0 { "b" } else { "a" };
                notes.modify(name, |note| note.value += 1).await
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        let values: Vec<i64> = notes.query().all().await?.iter().map(|note| note.value).collect();
        assert_eq!(values, [150, 50]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn query_updates_upserts_and_transactions_beside_each_other_all_end() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let players = store.collection::<Player>().await?;
        players.insert_many((0..4).map(|n| NewPlayer::named(&format!("p{n}"), 0))).await?;
        let tasks = (0..40_u64).map(|n| {
            let (store, players) = (store.clone(), players.clone());
            tokio::spawn(async move {
                let key = n % 4 + 1;
                match n % 3 {
                    0 => players.filter(|p| p.id.eq(key)).update(|p| p.score += 1).await.map(drop),
                    1 => players.modify(&key, |p| p.score += 1).await.map(drop),
                    _ => {
                        let add = |tx: Transaction| async move {
                            tx.collection::<Player>().await?.modify(&key, |p| p.score += 1).await
                        };
                        store.transaction(add).await.map(drop)
                    }
                }
            })
        });
        for outcome in join_all(tasks).await {
            outcome.expect("no task panics")?;
        }
        assert_eq!(players.query().sum(|p| p.score).await?, 40);
        Ok(())
    })
    .await;
}

/// The last runs of the outer transaction hold the turn that the inner work waits for.
#[tokio::test]
async fn work_within_a_run_that_has_the_turn_ends() {
    on_each_kind(async |kind| {
        let scene = Scene::new(kind.build(Store::builder().clock(Hasty(Duration::MAX))).await?).await?;
        let twice = TransactionOptions::new().runs(2);
        let (outer, inner) = (Cell::new(0), Cell::new(0));
        let outcome = scene
            .store
            .transaction_with(twice.clone(), async |tx| {
                outer.set(outer.get() + 1);
                if outer.get() == 1 {
                    return scene.run(tx, Some(Read)).await;
                }
                let nested = scene.store.transaction_with(twice.clone(), async |tx| {
                    inner.set(inner.get() + 1);
                    scene.run(tx, (inner.get() == 1).then_some(Read)).await
                });
                nested.await?;
                let add = || scene.notes.modify("a", |note| note.value += 1);
                let (one, other) = join(add(), add()).await;
                one.and(other).map(drop)
            })
            .await;
        outcome?;
        assert_eq!((outer.get(), inner.get()), (2, 2));
        Ok(())
    })
    .await;
}
