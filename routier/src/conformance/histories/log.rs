//! What was committed, and the states between.

use std::collections::BTreeMap;

use super::model::{Key, Model, Row, Seen};
use super::sheet::Sheet;
use super::value::{Value, at, at_mut};
use crate::env::sync::Arc;
use crate::storage::Origin;

/// The rows of every collection, by the number of its kind.
pub(super) type State = Vec<Arc<Model>>;

/// The rows of a kind.
pub(super) fn of(state: &State, kind: usize) -> &Model {
    let model: &Arc<Model> = at(state, kind);
    model
}

/// One row to be written: these values, or none where it is removed.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) kind: usize,
    pub(super) key: Key,
    pub(super) cells: Option<Vec<Value>>,
    /// What has to hold of the row.
    pub(super) expect: Expect,
}

/// What a write expects of the row that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Anything,
    Absent,
    Version(u64),
}

/// What a transaction will make of a row.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    pub(super) row: Option<Row>,
    pub(super) expect: Expect,
    /// Its place among the transaction's writes.
    pub(super) order: u64,
    /// The write that gave the row.
    pub(super) given_by: u64,
}

/// What a transaction has staged for one collection.
pub(super) type Overlay = BTreeMap<Key, Staged>;

/// One commit.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    pub(super) number: u64,
    pub(super) origin: Origin,
    pub(super) changes: Vec<Changed>,
}

/// What a commit did to one row.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) kind: usize,
    pub(super) key: Key,
    pub(super) before: Option<Row>,
    pub(super) after: Option<Row>,
}

/// Everything that was committed.
pub(super) struct Log {
    pub(super) commits: Vec<Committed>,
    /// Before the first commit, and after each.
    states: Vec<State>,
    /// The number before the first commit.
    begin: u64,
}

impl Log {
    pub(super) fn new(n_kinds: usize, begin: u64) -> Self {
        let empty: State = (0..n_kinds).map(|_| Arc::default()).collect();
        Self { commits: Vec::new(), states: vec![empty], begin }
    }

    pub(super) fn now(&self) -> &State {
        self.after(self.commits.len())
    }

    /// The state after so many commits.
    pub(super) fn after(&self, n_commits: usize) -> &State {
        at(&self.states, n_commits)
    }

    /// The number of the last of so many commits.
    pub(super) fn number(&self, n_commits: usize) -> u64 {
        match n_commits.checked_sub(1) {
            Some(place) => at(&self.commits, place).number,
            None => self.begin,
        }
    }

    pub(super) fn last_number(&self) -> u64 {
        self.number(self.commits.len())
    }

    /// How many commits there are up to a number.
    pub(super) fn place_of(&self, number: u64) -> usize {
        self.commits.partition_point(|commit| commit.number <= number)
    }

    /// How many changes came after so many commits.
    pub(super) fn n_changes_after(&self, n_commits: usize) -> usize {
        self.commits.iter().skip(n_commits).map(|commit| commit.changes.len()).sum()
    }

    /// What these writes change, in their order.
    pub(super) fn changes(&self, writes: &[Write]) -> Vec<(usize, Key, Option<Vec<Value>>)> {
        let is_there = |write: &Write| of(self.now(), write.kind).rows.contains_key(&write.key);
        let effective = writes.iter().filter(|write| write.cells.is_some() || is_there(write));
        effective.map(|write| (write.kind, Arc::clone(&write.key), write.cells.clone())).collect()
    }

    /// Commits under a number what `changes` gave.
    pub(super) fn commit(
        &mut self,
        sheets: &[&Sheet],
        number: u64,
        origin: Origin,
        changes: Vec<(usize, Key, Option<Vec<Value>>)>,
    ) -> &Committed {
        let last = self.last_number();
        assert!(number > last, "the commit after {last} has the number {number}");
        let mut state = self.now().clone();
        let changes = changes.into_iter().map(|(kind, key, cells)| {
            let after = cells.map(|cells| {
                let sheet: &&Sheet = at(sheets, kind);
                row(sheet, Arc::clone(&key), cells, number)
            });
            let model = Arc::make_mut(at_mut(&mut state, kind));
            let before = model.rows.get(&key).cloned();
            model.put(&key, after.clone());
            Changed { kind, key, before, after }
        });
        let changes = changes.collect();
        self.commits.push(Committed { number, origin, changes });
        self.states.push(state);
        at(&self.commits, self.commits.len() - 1)
    }
}

/// A row of this version.
pub(super) fn row(sheet: &Sheet, key: Key, mut cells: Vec<Value>, version: u64) -> Row {
    if let Some(column) = sheet.version {
        *at_mut(&mut cells, column) = Value::Int(version.into());
    }
    Arc::new(Seen { key, cells, version })
}
