//! Writes, as the histories make them.

use std::fmt;

use super::answer::By;
use super::model::{Key, Query};
use super::value::{Value, at_mut};
use crate::AnyRow;

/// A write of one statement.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// A whole row.
    Insert(Vec<Value>),
    /// A row whose identity the store gives.
    InsertNew(Vec<Value>),
    InsertMany(Vec<Vec<Value>>),
    Upsert(Vec<Value>),
    Update(Handle, Edit),
    Modify(Key, Edit),
    Remove(Handle),
    RemoveKey(Key),
    UpdateWhere(Query, By, Edit),
    RemoveWhere(Query, By),
}

/// A row that was handed out.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) row: AnyRow,
    pub(super) key: Key,
    /// Which of the writes of transactions gave it; 0 for a read and a write of the store.
    pub(super) given_by: u64,
}

/// What a closure makes of a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    /// Columns, and what they become.
    pub(super) set: Vec<(usize, Value)>,
    /// It gives an error in the end.
    pub(super) fails: bool,
}

impl Edit {
    pub(super) fn apply(&self, cells: &mut [Value]) {
        for (column, value) in &self.set {
            *at_mut(cells, *column) = value.clone();
        }
    }
}

impl Statement {
    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Insert(_) => "insert",
            Self::InsertNew(_) => "insert new",
            Self::InsertMany(_) => "insert_many",
            Self::Upsert(_) => "upsert",
            Self::Update(..) => "update",
            Self::Modify(..) => "modify",
            Self::Remove(_) => "remove",
            Self::RemoveKey(_) => "remove_key",
            Self::UpdateWhere(..) => "query update",
            Self::RemoveWhere(..) => "query remove",
        }
    }
}

/// Every way to write, by name.
pub(super) const WRITES: &[&str] = &[
    "insert",
    "insert new",
    "insert_many",
    "upsert",
    "update",
    "modify",
    "remove",
    "remove_key",
    "query update",
    "query remove",
];

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:?}, version {}, given by {})", self.key, self.row.version(), self.given_by)
    }
}
