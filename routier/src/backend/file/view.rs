//! Reading what is in memory, and hearing of what could not be brought there.

use crate::backend::file::aside::Asides;
use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::{Access, Plan};
use crate::storage::{Answer, Batch, CollectionId, Rows, Snapshot};
use crate::value::DatumRef;

/// A snapshot of the rows in memory, beside which there may be some that did not decode.
pub(super) struct FileSnapshot {
    pub(super) memory: Arc<dyn Snapshot>,
    pub(super) asides: Arc<Asides>,
}

impl FileSnapshot {
    /// Rows that are followed by the error about those that did not decode, or nothing but the error where there may be
    /// fewer than all: which ones nobody knows.
    fn with_asides(
        &self,
        collection: CollectionId,
        are_all: bool,
        rows: Answer<'static, Result<Box<dyn Rows>>>,
    ) -> Answer<'static, Result<Box<dyn Rows>>> {
        if !self.asides.has(collection) {
            return rows;
        }
        if let Err(error) = self.asides.check(collection)
            && !are_all
        {
            return Answer::Ready(Err(error));
        }
        let asides = Arc::clone(&self.asides);
        rows.map(move |rows| {
            let rows: Box<dyn Rows> = Box::new(Followed { rows: rows?, asides, collection });
            Ok(rows)
        })
    }
}

impl Snapshot for FileSnapshot {
    fn number(&self) -> u64 {
        self.memory.number()
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        self.with_asides(collection, true, self.memory.scan(collection))
    }

    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        let is_aside = self.asides.check_key(collection, key);
        self.memory.get(collection, key).map(move |found| match found? {
            Some(found) => Ok(Some(found)),
            None => is_aside.map(|()| None),
        })
    }

    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        let is_aside = self.asides.check(collection);
        self.memory.get_by(collection, index, values).map(move |found| match found? {
            Some(found) => Ok(Some(found)),
            None => is_aside.map(|()| None),
        })
    }

    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        let are_all = plan.query.limit.is_none() && plan.query.offset == 0;
        self.with_asides(collection, are_all, self.memory.execute(collection, plan))
    }

    fn estimate(&self, collection: CollectionId, access: &Access, most: usize) -> Option<usize> {
        self.memory.estimate(collection, access, most)
    }
}

/// Rows, and then the error.
struct Followed {
    rows: Box<dyn Rows>,
    asides: Arc<Asides>,
    collection: CollectionId,
}

impl Rows for Followed {
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>> {
        let (asides, collection) = (Arc::clone(&self.asides), self.collection);
        self.rows.next(most).map(move |batch| {
            let batch = batch?;
            if batch.rows.is_empty() {
                asides.check(collection)?;
            }
            Ok(batch)
        })
    }
}
