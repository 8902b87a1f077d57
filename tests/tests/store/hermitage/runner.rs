//! Carries out the steps of a case on a store.

use std::collections::BTreeMap;

use routier::{
    Collection, Entity, ErrorKind, Find, Isolation, Result, Store, Transaction, TransactionOptions, View,
};
use serde::{Deserialize, Serialize};

use super::script::{Action, Predicate, Rows, Step, text};

/// How a row is updated by its key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Up {
    Modify,
    Update,
    Query,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
pub(super) struct Loose {
    #[key]
    id: u64,
    #[index]
    value: i64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
pub(super) struct Strict {
    #[key]
    id: u64,
    #[distinct]
    value: i64,
}

/// A row with an id and a value.
pub(super) trait Cell: Entity<Key = u64> + Clone {
    fn new(id: u64, value: i64) -> Self;
    fn id(&self) -> u64;
    fn value(&mut self) -> &mut i64;
    fn by_value(view: &View<Self>, value: i64) -> Find<Self>;
    fn by_ids(view: &View<Self>, ids: &[u64]) -> Find<Self>;
}

macro_rules! cell {
    ($name:ident) => {
        impl Cell for $name {
            fn new(id: u64, value: i64) -> Self {
                Self { id, value }
            }
            fn id(&self) -> u64 {
                self.id
            }
            fn value(&mut self) -> &mut i64 {
                &mut self.value
            }
            fn by_value(view: &View<Self>, value: i64) -> Find<Self> {
                view.filter(|row| row.value.eq(value))
            }
            fn by_ids(view: &View<Self>, ids: &[u64]) -> Find<Self> {
                view.filter(|row| row.id.one_of(ids.iter().copied()))
            }
        }
    };
}

cell!(Loose);
cell!(Strict);

/// A store with sessions.
pub(super) struct Run<E: Cell> {
    store: Store,
    level: Isolation,
    up: Up,
    sessions: BTreeMap<u8, (Transaction, Collection<E>)>,
}

impl<E: Cell> Run<E> {
    pub(super) fn new(store: Store, level: Isolation, up: Up) -> Self {
        Self { store, level, up, sessions: BTreeMap::new() }
    }

    pub(super) fn level(&self) -> Isolation {
        self.level
    }

    pub(super) async fn set_up(&self, rows: &Rows) -> Result<()> {
        let rows: Vec<E> = rows.iter().map(|(id, value)| E::new(*id, *value)).collect();
        self.store.collection::<E>().await?.insert_many(rows).await.map(drop)
    }

    pub(super) async fn rows(&self) -> Result<Rows> {
        let rows = self.store.collection::<E>().await?.query().all().await?;
        Ok(collected(rows.iter().map(|row| row.entity().clone())))
    }

    /// What a step gives: rows, a value, `ok`, or the error.
    pub(super) async fn take(&mut self, step: &Step) -> String {
        match self.try_take(step).await {
            Ok(outcome) => outcome,
            Err(error) => match error.kind() {
                ErrorKind::NotFound => "gone".to_owned(),
                ErrorKind::Duplicate if !error.is_retryable() => "taken".to_owned(),
                kind if error.is_retryable() => kind.to_string(),
                _ => error.to_string(),
            },
        }
    }

    async fn try_take(&mut self, step: &Step) -> Result<String> {
        if !self.sessions.contains_key(&step.session) {
            let tx = self.store.begin_with(TransactionOptions::new().isolation(self.level)).await?;
            let rows = tx.collection::<E>().await?;
            self.sessions.insert(step.session, (tx, rows));
        }
        let (tx, rows) = self.sessions.get(&step.session).cloned().expect("it has begun");
        match &step.action {
            Action::Begin => {}
            Action::Get(id) => {
                let row = rows.get(id).await?;
                return Ok(row.map_or("-".to_owned(), |row| row.entity().clone().value().to_string()));
            }
            Action::Query(predicate) => {
                let found = match predicate {
                    Predicate::Multiple(of) => {
                        let of = *of;
                        rows.scan(move |row: &E| row.clone().value().rem_euclid(of) == 0).all().await?
                    }
                    predicate => declared(&rows, predicate).all().await?,
                };
                return Ok(text(&collected(found.iter().map(|row| row.entity().clone()))));
            }
            Action::Up(id, value) => self.update(&rows, *id, *value).await?,
            Action::Put(id, value) => drop(rows.upsert(E::new(*id, *value)).await?),
            Action::UpAll(predicate, change) => {
                let (of, change) = (predicate.clone(), *change);
                let apply = move |row: &mut E| *row.value() = change.of(*row.value());
                match of {
                    Predicate::Multiple(of) => {
                        rows.scan(move |row: &E| row.clone().value().rem_euclid(of) == 0)
                            .update(apply)
                            .await?
                    }
                    of => declared(&rows, &of).update(apply).await?,
                };
            }
            Action::Remove(id) => drop(rows.remove_key(id).await?),
            Action::RemoveAll(predicate) => drop(declared(&rows, predicate).remove().await?),
            Action::Insert(id, value) => drop(rows.insert(E::new(*id, *value)).await?),
            Action::Commit => tx.commit().await?,
            Action::Abort => tx.rollback().await?,
        }
        Ok("ok".to_owned())
    }

    async fn update(&self, rows: &Collection<E>, id: u64, value: i64) -> Result<()> {
        match self.up {
            Up::Modify => drop(rows.modify(&id, |row| *row.value() = value).await?),
            Up::Update => match rows.get(&id).await? {
                Some(row) => drop(rows.update(&row, |row| *row.value() = value).await?),
                None => drop(rows.modify(&id, |_| ()).await?),
            },
            Up::Query => {
                let changed = E::by_ids(rows, &[id]).update(move |row| *row.value() = value).await?;
                if changed == 0 {
                    rows.modify(&id, |_| ()).await?;
                }
            }
        }
        Ok(())
    }
}

fn declared<E: Cell>(rows: &Collection<E>, predicate: &Predicate) -> Find<E> {
    match predicate {
        Predicate::Equal(value) => E::by_value(rows, *value),
        Predicate::Ids(ids) => E::by_ids(rows, ids),
        Predicate::All | Predicate::Multiple(_) => rows.query(),
    }
}

fn collected<E: Cell>(rows: impl Iterator<Item = E>) -> Rows {
    rows.map(|mut row| (row.id(), *row.value())).collect()
}
