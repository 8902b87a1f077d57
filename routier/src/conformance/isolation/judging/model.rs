//! What the actions of a case mean, one after the other: the specification that histories are held against.

use std::collections::BTreeSet;

use super::action::{Action, Answer, Pair, Where};
use super::history::State;
use crate::ErrorKind;

/// A transaction that is alone.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) rows: State,
    first: State,
    is_distinct: bool,
    /// The keys that it has written, also where that comes to nothing.
    pub(crate) touched: BTreeSet<u64>,
    /// Those of them that it wrote whatever was there.
    put: BTreeSet<u64>,
    /// What it has looked at.
    pub(crate) looks: Vec<Look>,
}

/// What a statement looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    Key(u64),
    Rows(Where),
}

impl Model {
    pub(crate) fn new(rows: State, is_distinct: bool) -> Self {
        let first = rows.clone();
        Self { first, rows, is_distinct, touched: BTreeSet::new(), put: BTreeSet::new(), looks: Vec::new() }
    }

    /// The keys that it has written. What was inserted and removed within it is none; a row that was put there and removed
    /// is removed, whoever else has put it there.
    pub(crate) fn written(&self) -> BTreeSet<u64> {
        let is_written =
            |id: &u64| self.first.contains_key(id) || self.rows.contains_key(id) || self.put.contains(id);
        self.touched.iter().copied().filter(is_written).collect()
    }

    /// Whether this may be committed: whether distinct values are so.
    pub(crate) fn is_whole(&self) -> bool {
        let values: BTreeSet<i64> = self.rows.values().copied().collect();
        !self.is_distinct || values.len() == self.rows.len()
    }

    /// Carries out a statement.
    pub(crate) fn carry_out(&mut self, action: Action) -> Answer {
        match action {
            Action::Get(id) => {
                self.looks.push(Look::Key(id));
                Answer::Rows(self.rows.get(&id).map(|value| (id, *value)).into_iter().collect())
            }
            // where values are not distinct nobody holds one
            Action::Holder(_) if !self.is_distinct => Answer::Rows(Vec::new()),
            Action::Holder(value) => Answer::Rows(self.find(Where::Is(value))),
            Action::Find(passing) => Answer::Rows(self.find(passing)),
            Action::Count(passing) => Answer::Number(self.find(passing).len() as u64),
            Action::Top(most) => {
                let mut rows = self.find(Where::All);
                rows.sort_by_key(|(id, value)| (*value, *id));
                rows.reverse();
                rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
                Answer::Rows(rows)
            }
            Action::Add(passing, added) => {
                let rows = self.find(passing);
                rows.iter().for_each(|(id, value)| self.put(*id, value + added));
                Answer::Number(rows.len() as u64)
            }
            Action::RemoveAll(passing) => {
                let rows = self.find(passing);
                rows.iter().for_each(|(id, _)| self.remove(*id));
                Answer::Number(rows.len() as u64)
            }
            action => self.write(action),
        }
    }

    /// Carries out a write of one row.
    fn write(&mut self, action: Action) -> Answer {
        match action {
            Action::Set(id, value) => {
                self.looks.push(Look::Key(id));
                if !self.rows.contains_key(&id) {
                    return Answer::Refused(ErrorKind::NotFound);
                }
                self.put(id, value);
            }
            Action::Put(id, value) => {
                if !self.rows.contains_key(&id) {
                    self.put.insert(id);
                }
                self.put(id, value);
            }
            Action::Insert(id, value) => {
                self.looks.push(Look::Key(id));
                let is_held = self.is_distinct && !self.find(Where::Is(value)).is_empty();
                if is_held || self.rows.contains_key(&id) {
                    return Answer::Refused(ErrorKind::Duplicate);
                }
                self.put(id, value);
            }
            Action::Remove(id) => {
                self.looks.push(Look::Key(id));
                let there = self.rows.get(&id).map(|value| (id, *value));
                self.remove(id);
                return Answer::Rows(there.into_iter().collect());
            }
            // begins and ends are no statements, and what is not modelled is not asked for
            _ => {}
        }
        Answer::Done
    }

    fn find(&mut self, passing: Where) -> Vec<Pair> {
        // no closure is called to find out what it has to do with a row
        let looked = if matches!(passing, Where::Multiple(_)) { Where::All } else { passing };
        self.looks.push(Look::Rows(looked));
        let rows = self.rows.iter().map(|(id, value)| (*id, *value));
        rows.filter(|row| passing.passes(*row)).collect()
    }

    fn put(&mut self, id: u64, value: i64) {
        self.touched.insert(id);
        self.rows.insert(id, value);
    }

    fn remove(&mut self, id: u64) {
        if self.rows.remove(&id).is_some() {
            self.touched.insert(id);
        }
    }
}
