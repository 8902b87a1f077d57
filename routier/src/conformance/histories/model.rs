//! The rows of a collection as a `BTreeMap`, and queries as full scans of it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::test::Test;
use super::value::{Value, at};
use crate::env::sync::Arc;

/// The values of a key, in the order of its fields.
pub(super) type Key = Arc<[Value]>;

/// A row that somebody has seen.
pub(super) type Row = Arc<Seen>;

/// All values of a row, in the order of the columns, and its version: 0 before the commit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) key: Key,
    pub(super) cells: Vec<Value>,
    pub(super) version: u64,
}

/// A query.
#[derive(Clone, Debug)]
pub(super) struct Query {
    /// Which rows.
    pub(super) test: Test,
    /// Fields, and whether from the greatest to the least.
    pub(super) order: Vec<(usize, bool)>,
    /// How many to pass over.
    pub(super) offset: u64,
    /// How many at most.
    pub(super) limit: Option<u64>,
}

impl Query {
    /// The rows that pass a test, by key.
    pub(super) fn of(test: Test) -> Self {
        Self { test, order: Vec::new(), offset: 0, limit: None }
    }

    /// The order of two rows: ties by key, in the direction of the last term.
    pub(super) fn compare(&self, left: &Seen, right: &Seen) -> Ordering {
        let turned = |order: Ordering, descending| if descending { order.reverse() } else { order };
        for (field, descending) in &self.order {
            let order = at(&left.cells, *field).cmp(at(&right.cells, *field));
            if order.is_ne() {
                return turned(order, *descending);
            }
        }
        turned(left.key.cmp(&right.key), self.order.last().is_some_and(|(_, descending)| *descending))
    }

    /// Whether neither offset nor limit takes rows away.
    pub(super) fn is_whole(&self) -> bool {
        self.offset == 0 && self.limit.is_none()
    }
}

/// The rows, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) rows: BTreeMap<Key, Row>,
}

impl Model {
    /// The rows that pass, in order, without offset and limit.
    pub(super) fn matching(&self, query: &Query) -> Vec<Row> {
        let mut rows: Vec<Row> =
            self.rows.values().filter(|row| query.test.holds(&row.cells)).cloned().collect();
        if !query.order.is_empty() {
            rows.sort_by(|left, right| query.compare(left, right));
        }
        rows
    }

    /// What the query gives.
    pub(super) fn all(&self, query: &Query) -> Vec<Row> {
        let (offset, limit) = (query.offset as usize, query.limit.unwrap_or(u64::MAX) as usize);
        self.matching(query).into_iter().skip(offset).take(limit).collect()
    }

    /// A page behind `last`, and whether there is more.
    pub(super) fn page(&self, query: &Query, last: Option<&Row>, size: u64) -> (Vec<Row>, bool) {
        let mut rows = self.matching(query);
        rows.retain(|row| last.is_none_or(|last| query.compare(row, last).is_gt()));
        let more = rows.len() as u64 > size;
        rows.truncate(size as usize);
        (rows, more)
    }

    /// The rows with these values in these fields, but the one with this key; none where a value is absent.
    pub(super) fn holders(&self, group: &[usize], values: &[&Value], but: &Key) -> Vec<&Row> {
        if values.iter().any(|value| value.is_none()) {
            return Vec::new();
        }
        let holds = |row: &&Row| {
            row.key != *but && group.iter().zip(values).all(|(field, value)| at(&row.cells, *field) == *value)
        };
        self.rows.values().filter(holds).collect()
    }

    /// Writes a row, or removes the one that is there.
    pub(super) fn put(&mut self, key: &Key, row: Option<Row>) {
        match row {
            Some(row) => drop(self.rows.insert(Arc::clone(key), row)),
            None => drop(self.rows.remove(key)),
        }
    }
}
