//! Random histories: rows come, change and go, and random queries are asked in every scope in between.
//!
//! `ROUTIER_SEED=17 cargo test --test query random` runs one history again, `ROUTIER_HISTORIES=5000` runs more of them.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use routier::{Collection, ErrorKind, Result, Snapshot, Store, Transaction, Versioned, View};
use routier_tests::model::{Duplicate, Model, Row};
use routier_tests::stores::Kind;

use crate::asked::{Asked, any_query, arranged, filter_of};
use crate::check::{agrees, owned};
use crate::entities::{Item, Place};
use crate::follow::Followers;
use crate::pages;
use crate::rng::Rng;

const HISTORIES: u64 = 80;
const STEPS: u64 = 40;

#[test]
fn items() {
    run_all::<Item>();
}

#[test]
fn places() {
    run_all::<Place>();
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn run_all<E: Asked>() {
    let seeds = match number("ROUTIER_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ROUTIER_HISTORIES").unwrap_or(HISTORIES),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for seed in seeds {
        for kind in Kind::ALL {
            let history = || runtime.block_on(run::<E>(*kind, seed)).unwrap();
            if let Err(panic) = catch_unwind(AssertUnwindSafe(history)) {
                eprintln!("on {kind:?}: run it again with ROUTIER_SEED={seed}");
                resume_unwind(panic);
            }
        }
    }
}

struct History<E: Asked> {
    rng: Rng,
    store: Store,
    rows: Collection<E>,
    model: Model<E>,
    snapshots: Vec<(Snapshot, Model<E>)>,
}

async fn run<E: Asked>(kind: Kind, seed: u64) -> Result<()> {
    let store = kind.open().await?;
    let rows = store.collection::<E>().await?;
    let mut history =
        History { rng: Rng::new(seed), store, rows, model: Model::default(), snapshots: Vec::new() };
    let first = history.rng.below(30);
    for _ in 0..first {
        history.write().await?;
    }
    let History { rows, model, rng, .. } = &mut history;
    let mut followers = Followers::begin(rows, model, rng).await?;
    for _ in 0..STEPS {
        history.step().await?;
        followers.note(&history.store, &history.model);
    }
    let query = any_query::<E>(&mut history.rng);
    for (snapshot, model) in &history.snapshots {
        agrees(&snapshot.collection::<E>().await?, model, &query, &mut history.rng).await?;
    }
    history.store.close().await?;
    followers.end().await
}

impl<E: Asked> History<E> {
    async fn step(&mut self) -> Result<()> {
        match self.rng.below(20) {
            0..=7 => self.write().await,
            8..=11 => {
                let query = any_query::<E>(&mut self.rng);
                agrees(&self.rows, &self.model, &query, &mut self.rng).await
            }
            12 | 13 => self.look_back().await,
            14 if self.snapshots.len() > 3 => {
                let place = self.rng.below(self.snapshots.len() as u64) as usize;
                self.snapshots.swap_remove(place);
                Ok(())
            }
            14 | 15 => {
                self.snapshots.push((self.store.snapshot().await?, self.model.clone()));
                Ok(())
            }
            16 => self.stream().await,
            17 => {
                let query = any_query::<E>(&mut self.rng);
                pages::chain(&self.rows, &mut self.model, &query, &mut self.rng, Scope::Store).await
            }
            _ => self.transaction().await,
        }
    }

    async fn write(&mut self) -> Result<()> {
        write(&self.rows, &mut self.model, &mut self.rng, Scope::Store).await
    }

    /// A query of an older state.
    async fn look_back(&mut self) -> Result<()> {
        if self.snapshots.is_empty() {
            return Ok(());
        }
        let query = any_query::<E>(&mut self.rng);
        let place = self.rng.below(self.snapshots.len() as u64) as usize;
        let (snapshot, model) = &self.snapshots[place];
        agrees(&snapshot.collection::<E>().await?, model, &query, &mut self.rng).await
    }

    /// A stream does not see what is written after its first row.
    async fn stream(&mut self) -> Result<()> {
        let query = any_query::<E>(&mut self.rng);
        let find = self.rows.filter(|fields| filter_of(fields, &query.test));
        let mut stream = arranged(find, &query, 0).stream();
        let expected = self.model.all(&query);
        let mut streamed = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            streamed.push(row);
            self.write().await?;
        }
        assert_eq!(owned(&streamed), expected, "{query:?}");
        Ok(())
    }

    async fn transaction(&mut self) -> Result<()> {
        let transaction = self.store.begin().await?;
        let rows = transaction.collection::<E>().await?;
        let mut model = self.model.clone();
        let mut disturbed = false;
        let steps = self.rng.below(12);
        for _ in 0..steps {
            match self.rng.below(8) {
                0..=3 => write(&rows, &mut model, &mut self.rng, Scope::Transaction).await?,
                4 | 5 => {
                    let query = any_query::<E>(&mut self.rng);
                    agrees(&rows, &model, &query, &mut self.rng).await?;
                }
                6 => {
                    let query = any_query::<E>(&mut self.rng);
                    pages::chain(&rows, &mut model, &query, &mut self.rng, Scope::Transaction).await?;
                }
                _ => {
                    disturbed = true;
                    self.write().await?;
                }
            }
        }
        self.end(transaction, model, disturbed).await
    }

    async fn end(&mut self, transaction: Transaction, model: Model<E>, disturbed: bool) -> Result<()> {
        if disturbed || self.rng.once_in(4) {
            transaction.rollback().await?;
        } else {
            transaction.commit().await?;
            self.model = model;
        }
        Ok(())
    }
}

/// Where a write goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Store,
    /// Whether a distinct value is taken is partly known at the commit alone: such writes are made of the store only.
    Transaction,
}

/// Some write, to both.
pub(crate) async fn write<E: Asked>(
    rows: &Collection<E>,
    model: &mut Model<E>,
    rng: &mut Rng,
    scope: Scope,
) -> Result<()> {
    match rng.below(12) {
        0..=3 => {
            let row = E::any(rng);
            let outcome = model.insert(vec![row.clone()]);
            is_as_expected(rows.insert(row.clone()).await.map(|row| vec![row]), outcome, &[row])
        }
        4 => {
            let count = rng.below(5);
            let several: Vec<E> = (0..count).map(|_| E::any(rng)).collect();
            let outcome = model.insert(several.clone());
            is_as_expected(rows.insert_many(several.clone()).await, outcome, &several)
        }
        5 | 6 => {
            let mut row = E::any(rng);
            if scope == Scope::Transaction {
                row.forget_distinct();
            }
            let outcome = model.put([row.clone()]);
            is_as_expected(rows.upsert(row.clone()).await.map(|row| vec![row]), outcome, &[row])
        }
        7 | 8 => change(rows, model, rng).await,
        9 | 10 => remove(rows, model, rng).await,
        _ => by_query(rows, model, rng).await,
    }
    .map_err(|error| panic!("{error:?}"))
}

fn is_as_expected<E: Asked>(
    written: Result<Vec<Versioned<E>>>,
    expected: Result<(), Duplicate>,
    rows: &[E],
) -> Result<()> {
    match (written, expected) {
        (Ok(written), Ok(())) => assert_eq!(owned(&written), rows),
        (Err(error), Err(Duplicate)) => assert_eq!(error.kind(), ErrorKind::Duplicate, "{error}"),
        (written, expected) => panic!("{written:?} where {expected:?} is right of {rows:?}"),
    }
    Ok(())
}

/// Some key, mostly one that is there.
fn any_key<E: Asked>(model: &Model<E>, rng: &mut Rng) -> <E as Row>::Key {
    if model.rows.is_empty() || rng.once_in(6) {
        return Row::key(&E::any(rng));
    }
    let place = rng.below(model.rows.len() as u64) as usize;
    model.rows.keys().nth(place).cloned().unwrap()
}

async fn change<E: Asked>(rows: &Collection<E>, model: &mut Model<E>, rng: &mut Rng) -> Result<()> {
    let (key, by) = (any_key(model, rng), rng.next());
    let present = rows.get(&key).await?;
    assert_eq!(present.as_ref().map(|row| row.entity()), model.rows.get(&key));
    let changed = match &present {
        Some(handle) if rng.once_in(2) => rows.update(handle, |row| row.vary(by)).await,
        _ => rows.modify(&key, |row| row.vary(by)).await,
    };
    match (changed, model.rows.get_mut(&key)) {
        (Ok(changed), Some(row)) => {
            row.vary(by);
            assert_eq!(changed.entity(), row);
        }
        (Err(error), None) => assert_eq!(error.kind(), ErrorKind::NotFound),
        other => panic!("{other:?}"),
    }
    Ok(())
}

async fn remove<E: Asked>(rows: &Collection<E>, model: &mut Model<E>, rng: &mut Rng) -> Result<()> {
    let key = any_key(model, rng);
    if let Some(handle) = rows.get(&key).await?
        && rng.once_in(2)
    {
        rows.remove(&handle).await?;
        assert!(model.rows.remove(&key).is_some());
    } else {
        let removed = rows.remove_key(&key).await?;
        assert_eq!(removed.map(|row| row.entity().clone()), model.rows.remove(&key));
    }
    Ok(())
}

/// An update or a removal of what a query finds.
async fn by_query<E: Asked>(rows: &Collection<E>, model: &mut Model<E>, rng: &mut Rng) -> Result<()> {
    let (query, by) = (any_query::<E>(rng), rng.next());
    let find = arranged(rows.filter(|fields| filter_of(fields, &query.test)), &query, by);
    let found = model.all(&query);
    let count = if rng.once_in(4) {
        for row in &found {
            model.rows.remove(&Row::key(row));
        }
        find.remove().await?
    } else {
        for row in &found {
            model.rows.entry(Row::key(row)).and_modify(|row| row.vary(by));
        }
        find.update(move |row| row.vary(by)).await?
    };
    assert_eq!(count, found.len() as u64, "{query:?}");
    agrees_whole(rows, model).await
}

async fn agrees_whole<E: Asked>(view: &View<E>, model: &Model<E>) -> Result<()> {
    let expected: Vec<E> = model.rows.values().cloned().collect();
    assert_eq!(owned(&view.query().all().await?), expected);
    Ok(())
}
