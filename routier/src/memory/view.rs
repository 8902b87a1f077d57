//! A snapshot: reading at a pinned number.

use std::any::Any;

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::core::Pin;
use crate::memory::engine::Engine;
use crate::memory::line::At;
use crate::query::{Access, Plan, Query};
use crate::storage::{Answer, CollectionId, Rows, Snapshot};
use crate::value::DatumRef;

/// What was visible when it was taken.
pub(super) struct MemorySnapshot {
    engine: Arc<Engine>,
    pin: Arc<Pin>,
}

impl MemorySnapshot {
    pub(super) fn new(engine: &Arc<Engine>) -> Self {
        Self { pin: Arc::new(engine.core.pin()), engine: Arc::clone(engine) }
    }

    /// The pin of a snapshot that nobody else holds.
    pub(super) fn into_pin(snapshot: Arc<dyn Snapshot>) -> Option<Pin> {
        let any: Arc<dyn Any + Send + Sync> = snapshot;
        let snapshot = Arc::into_inner(any.downcast::<Self>().ok()?)?;
        Arc::into_inner(snapshot.pin)
    }

    fn at(&self) -> At {
        At::Snapshot(self.pin.number())
    }

    fn walk(&self, collection: CollectionId, plan: Arc<Plan>) -> Result<Box<dyn Rows>> {
        let hold = Arc::new(Self { engine: Arc::clone(&self.engine), pin: Arc::clone(&self.pin) });
        self.engine.table(collection)?.walk(plan, hold)
    }
}

impl Snapshot for MemorySnapshot {
    fn number(&self) -> u64 {
        self.pin.number()
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        let query = Query { unordered: true, ..Query::default() };
        let plan = self
            .engine
            .table(collection)
            .map(|table| Arc::new(Plan::scan(query, table.descriptor(), Arc::new([]))));
        Answer::Ready(plan.and_then(|plan| self.walk(collection, plan)))
    }

    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        Answer::Ready(self.engine.table(collection).map(|table| table.get(key, self.at())))
    }

    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        let table = self.engine.table(collection);
        Answer::Ready(table.map(|table| table.get_by(index, values, self.at())))
    }

    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        Answer::Ready(self.walk(collection, plan))
    }

    fn estimate(&self, collection: CollectionId, access: &Access, most: usize) -> Option<usize> {
        self.engine.table(collection).ok()?.estimate(access, most)
    }
}
