//! Rows that were replaced or removed, and stay for whoever sees an older state.
//!
//! Their type is forgotten. They are read seldom, and what holds them is so compiled once and not for each entity.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::entity::{AnyRow, Entity, Versioned};

/// A row that was replaced or removed.
#[derive(Clone)]
pub(super) struct Old {
    row: AnyRow,
    /// By the commit with this number.
    removed: u64,
}

impl Old {
    pub(super) fn new<E: Entity>(row: Versioned<E>, removed: u64) -> Self {
        Self { row: AnyRow::new(row), removed }
    }

    pub(super) fn is_visible_at(&self, number: u64) -> bool {
        self.version() <= number && number < self.removed
    }

    pub(super) fn version(&self) -> u64 {
        self.row.version()
    }

    /// The row with its type; a table has rows of one type only.
    pub(super) fn row<E: Entity>(&self) -> Option<Versioned<E>> {
        self.row.clone().downcast()
    }

    /// The row, for whoever sees the state with this number and it in it.
    pub(super) fn row_at<E: Entity>(&self, number: u64) -> Option<Versioned<E>> {
        if self.is_visible_at(number) { self.row() } else { None }
    }

    pub(super) fn entity<E: Entity>(&self) -> Option<&E> {
        self.row.entity()
    }
}

/// A tag and a version, and a number that tells those apart that have both in common.
pub(super) type OldPlace = (u64, u64, u32);

/// The old rows of a shard, by tag and version.
#[derive(Default)]
pub(super) struct OldRows(BTreeMap<OldPlace, Old>);

impl OldRows {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn put(&mut self, tag: u64, old: Old) {
        let mut place = (tag, old.version(), 0);
        while self.0.contains_key(&place) {
            place.2 += 1;
        }
        self.0.insert(place, old);
    }

    /// Lets the one go that `is` knows.
    pub(super) fn forget(&mut self, tag: u64, version: u64, is: &dyn Fn(&Old) -> bool) {
        let mut same = self.0.range((tag, version, 0)..=(tag, version, u32::MAX));
        let found = same.find(|(_, old)| is(old)).map(|(place, _)| *place);
        if let Some(found) = found {
            self.0.remove(&found);
            if self.0.is_empty() {
                // An emptied map keeps a node, and there are many of them.
                self.0 = BTreeMap::new();
            }
        }
    }

    /// The newest one with this tag that `is` knows.
    pub(super) fn find(&self, tag: u64, is: &dyn Fn(&Old) -> bool) -> Option<&Old> {
        let mut same = self.0.range((tag, 0, 0)..=(tag, u64::MAX, u32::MAX)).rev().map(|(_, old)| old);
        same.find(|old| is(old))
    }

    /// Those behind a place, which is shown with each.
    pub(super) fn after(&self, place: Option<OldPlace>) -> impl Iterator<Item = (&OldPlace, &Old)> {
        self.0.range((place.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded))
    }

    pub(super) fn to_vec(&self) -> Vec<Old> {
        self.0.values().cloned().collect()
    }
}
