//! The rows that a transaction has staged.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::entity::AnyRow;
use crate::storage::{CollectionId, Expect};
use crate::value::Datum;

/// What the transaction will make of a row.
#[derive(Clone)]
pub(super) struct Staged {
    /// The row that will stand there; `None` where it will be removed.
    pub(super) row: Option<AnyRow>,
    pub(super) expect: Expect,
    /// Its place among the transaction's writes.
    pub(super) order: u64,
    /// The distinct indexes in which it has the values that it was inserted with: they were seen to be free.
    pub(super) free: Vec<u16>,
}

/// The staged rows of one collection by key, which is looked up as it is borrowed.
pub(super) type ByKey = BTreeMap<Box<[Datum]>, Staged>;

/// What is staged. Few transactions write to many collections, and most to one.
#[derive(Default)]
pub(super) struct StagedRows(SmallVec<[(CollectionId, ByKey); 1]>);

impl StagedRows {
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, rows)| rows.is_empty())
    }

    /// What is staged for a collection.
    pub(super) fn of(&self, collection: CollectionId) -> Option<&ByKey> {
        self.0.iter().find(|(of, _)| *of == collection).map(|(_, rows)| rows)
    }

    fn of_mut(&mut self, collection: CollectionId) -> Option<&mut ByKey> {
        self.0.iter_mut().find(|(of, _)| *of == collection).map(|(_, rows)| rows)
    }

    pub(super) fn get(&self, collection: CollectionId, key: &[Datum]) -> Option<&Staged> {
        self.of(collection)?.get(key)
    }

    /// Puts a row in the place of what was staged for it, and gives that.
    pub(super) fn insert(
        &mut self,
        collection: CollectionId,
        key: Box<[Datum]>,
        staged: Staged,
    ) -> Option<Staged> {
        if let Some(rows) = self.of_mut(collection) {
            return rows.insert(key, staged);
        }
        self.0.push((collection, BTreeMap::from([(key, staged)])));
        None
    }

    /// Takes out what is staged for a row.
    pub(super) fn remove(&mut self, collection: CollectionId, key: &[Datum]) -> Option<Staged> {
        self.of_mut(collection)?.remove(key)
    }

    /// Everything in the order of the rows' last writes.
    pub(super) fn in_order(self) -> Vec<(CollectionId, Box<[Datum]>, Staged)> {
        let mut all = Vec::with_capacity(self.0.iter().map(|(_, rows)| rows.len()).sum());
        for (of, rows) in self.0 {
            all.extend(rows.into_iter().map(|(key, staged)| (of, key, staged)));
        }
        all.sort_unstable_by_key(|(_, _, staged)| staged.order);
        all
    }
}
