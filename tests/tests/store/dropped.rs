//! Each write dropped after each of its polls: it is done or not done, never half, and the store goes on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use routier::{Collection, Error, Feed, Result, Store, Transaction, TransactionOptions, Versioned};
use routier_tests::stores::{Hasty, Kind, on_each_kind};

use crate::entities::{NewPlayer, Note, Player};

type Work<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// What a write is given.
struct Scene {
    store: Store,
    players: Collection<Player>,
    notes: Collection<Note>,
    note: Versioned<Note>,
    feed: Feed<routier::Commit>,
}

/// All that is stored: names with their values.
type State = BTreeMap<String, i64>;

impl Scene {
    async fn new(kind: Kind) -> Result<Self> {
        let store = kind.build(Store::builder().clock(Hasty::default())).await?;
        let (players, notes) = (store.collection::<Player>().await?, store.collection::<Note>().await?);
        players.insert_many([NewPlayer::named("ada", 1), NewPlayer::named("bob", 2)]).await?;
        let rows = [Note::new("a", 1), Note::new("b", 2), Note::new("c", 3)];
        let note = notes.insert_many(rows).await?.swap_remove(0);
        let feed = store.changes().await?;
        Ok(Self { store, players, notes, note, feed })
    }

    async fn state(&self) -> Result<State> {
        let players = self.players.query().all().await?;
        let notes = self.notes.query().all().await?;
        let players = players.iter().map(|player| (player.handle.clone(), i64::from(player.score)));
        Ok(players.chain(notes.iter().map(|note| (note.name.clone(), note.value))).collect())
    }

    /// What the feed has to say, on top of what was there before.
    fn told(&mut self, mut state: State) -> State {
        while let Some(commit) = poll(&mut self.feed.next().boxed_local(), 20) {
            let commit = commit.expect("the feed goes on").expect("without a gap");
            for change in commit.of::<Note>() {
                apply(&mut state, change.key(), change.after().map(|note| note.value));
            }
            for change in commit.of::<Player>() {
                let row = change.after().or(change.before()).expect("a row");
                apply(&mut state, row.handle.clone(), change.after().map(|player| i64::from(player.score)));
            }
        }
        state
    }
}

fn apply(state: &mut State, name: String, value: Option<i64>) {
    match value {
        Some(value) => drop(state.insert(name, value)),
        None => drop(state.remove(&name)),
    }
}

/// How a write begins.
type Begin = fn(&Scene) -> Work<'_>;

/// Each write there is.
const WRITES: &[(&str, Begin)] = &[
    ("insert", |s| Box::pin(s.players.insert(NewPlayer::named("cyd", 3)).map(|done| done.map(drop)))),
    ("insert_many", |s| {
        let rows = ["cyd", "dan", "eve"].map(|name| NewPlayer::named(name, 3));
        Box::pin(s.players.insert_many(rows).map(|done| done.map(drop)))
    }),
    ("update", |s| Box::pin(s.notes.update(&s.note, |note| note.value = 9).map(|done| done.map(drop)))),
    ("modify", |s| Box::pin(s.notes.modify("a", |note| note.value = 9).map(|done| done.map(drop)))),
    ("upsert", |s| Box::pin(s.notes.upsert(Note::new("z", 9)).map(|done| done.map(drop)))),
    ("remove", |s| Box::pin(s.notes.remove(&s.note))),
    ("remove_key", |s| Box::pin(s.notes.remove_key("a").map(|done| done.map(drop)))),
    ("update of a query", |s| {
        Box::pin(s.notes.query().update(|note| note.value += 10).map(|done| done.map(drop)))
    }),
    ("remove of a query", |s| Box::pin(s.notes.query().remove().map(|done| done.map(drop)))),
    ("transaction", |s| Box::pin(s.store.transaction(transfer))),
    ("begin and commit", |s| {
        Box::pin(async {
            let tx = s.store.begin().await?;
            transfer(tx.clone()).await?;
            tx.commit().await
        })
    }),
    ("a statement, then a commit", |s| {
        Box::pin(async {
            let tx = s.store.begin().await?;
            let notes = tx.collection::<Note>().await?;
            let rows = notes.insert_many([Note::new("y", 1), Note::new("z", 1)]).await?;
            notes.update(&rows[0], |note| note.value = 9).await?;
            tx.commit().await
        })
    }),
    ("a transaction in its last runs", |s| {
        let runs = Cell::new(0);
        Box::pin(async move {
            let options = TransactionOptions::new().runs(4);
            s.store
                .transaction_with(options, async |tx| {
                    runs.set(runs.get() + 1);
                    if runs.get() < 3 {
                        // it loses, and later runs have the turn
                        tx.collection::<Note>().await?.get("b").await?;
                        s.notes.modify("b", |_| ()).await?;
                    }
                    transfer(tx).await
                })
                .await
        })
    }),
];

/// Writes of two collections, of which none makes sense without the others.
async fn transfer(tx: Transaction) -> Result<()> {
    let (players, notes) = (tx.collection::<Player>().await?, tx.collection::<Note>().await?);
    players.modify(&1, |player| player.score = 100).await?;
    players.insert(NewPlayer::named("new", 5)).await?;
    notes.remove_key("a").await?;
    notes.filter(|n| n.value.ge(3)).update(|note| note.value = -1).await.map(drop)
}

/// What it gives, if it ends within so many polls.
fn poll<T>(work: &mut Pin<Box<dyn Future<Output = T> + '_>>, times: usize) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match work.as_mut().poll(&mut context) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    })
}

#[tokio::test]
async fn a_write_that_is_dropped_is_done_or_not_done() {
    on_each_kind(async |kind| {
        for (name, write) in WRITES {
            let whole = Scene::new(kind).await?;
            let before = whole.state().await?;
            write(&whole).await?;
            let after = whole.state().await?;
            assert_ne!(before, after, "{name}");
            let mut done = Vec::new();
            let mut ended = false;
            for polls in 0.. {
                for meanwhile in [false, true] {
                    eprintln!("{kind:?}: {name}, dropped after {polls} polls, meanwhile {meanwhile}");
                    let mut scene = Scene::new(kind).await?;
                    let mut work = write(&scene);
                    ended = poll(&mut work, polls).transpose()?.is_some();
                    if meanwhile {
                        scene.notes.insert(Note::new("meanwhile", 1)).await?;
                    }
                    drop(work);
                    let mut now = scene.state().await?;
                    assert_eq!(scene.told(before.clone()), now, "the feed tells the same");
                    assert_eq!(now.remove("meanwhile").is_some(), meanwhile);
                    assert!(now == before || now == after, "{now:?} is neither before nor after");
                    assert!(!ended || now == after);
                    done.push(now == after);
                    goes_on(&mut scene).await?;
                }
                if ended {
                    break;
                }
            }
            assert!(ended && !done[0], "{name} does nothing before it is polled");
        }
        Ok(())
    })
    .await;
}

/// The store takes every kind of write, and nobody has kept a turn.
async fn goes_on(scene: &mut Scene) -> Result<()> {
    let mut again: Work<'_> = Box::pin(async {
        scene.players.insert(NewPlayer::named("after", 1)).await?;
        scene.notes.upsert(Note::new("b", 50)).await?;
        let lost = Cell::new(0);
        let options = TransactionOptions::new().runs(2);
        scene
            .store
            .transaction_with(options, async |tx| {
                let notes = tx.collection::<Note>().await?;
                notes.modify("b", |note| note.value += 1).await?;
                if lost.replace(1) == 0 {
                    scene.notes.modify("b", |note| note.value += 10).await?;
                }
                Ok(())
            })
            .await?;
        let row = scene.notes.get("b").await?.ok_or_else(|| Error::not_found("notes"))?;
        assert_eq!(row.value, 61);
        scene.notes.remove(&row).await
    });
    poll(&mut again, 1_000).expect("it ends, without waiting for what was dropped")
}

#[tokio::test]
async fn a_statement_that_is_dropped_is_staged_whole_or_not_at_all() {
    type Statement = fn(&Collection<Note>, &Collection<Player>) -> Work<'static>;
    let statements: &[(&str, Statement)] = &[
        ("insert_many", |notes, _| {
            Box::pin(notes.insert_many([Note::new("y", 1), Note::new("z", 1)]).map(|done| done.map(drop)))
        }),
        ("insert", |_, players| {
            Box::pin(players.insert(NewPlayer::named("y", 1)).map(|done| done.map(drop)))
        }),
        ("update of a query", |notes, _| {
            Box::pin(notes.query().update(|note| note.value += 10).map(|done| done.map(drop)))
        }),
        ("remove of a query", |notes, _| Box::pin(notes.query().remove().map(|done| done.map(drop)))),
        ("upsert", |notes, _| Box::pin(notes.upsert(Note::new("a", 5)).map(|done| done.map(drop)))),
        ("modify", |notes, _| Box::pin(notes.modify("a", |note| note.value = 5).map(|done| done.map(drop)))),
        ("remove_key", |notes, _| Box::pin(notes.remove_key("a").map(|done| done.map(drop)))),
    ];
    on_each_kind(async |kind| {
        for (name, statement) in statements {
            let whole = Scene::new(kind).await?;
            let before = whole.state().await?;
            statement(&whole.notes, &whole.players).await?;
            let after = whole.state().await?;
            for polls in 0.. {
                let scene = Scene::new(kind).await?;
                let tx = scene.store.begin().await?;
                let (notes, players) = (tx.collection().await?, tx.collection().await?);
                let mut work = statement(&notes, &players);
                let ended = poll(&mut work, polls).transpose()?.is_some();
                drop(work);
                tx.commit().await?;
                let now = scene.state().await?;
                assert!(now == before || now == after, "{name} after {polls} polls: {now:?}");
                assert!(!ended || now == after, "{name} after {polls} polls");
                if ended {
                    break;
                }
            }
        }
        Ok(())
    })
    .await;
}
