//! A snapshot: reading at a pinned number.

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::engine::Engine;
use crate::memory::line::At;
use crate::query::{Access, Plan, Predicate, Query};
use crate::storage::{Answer, CollectionId, Rows, Snapshot};
use crate::value::DatumRef;

/// What was visible when it was taken.
pub(super) struct MemorySnapshot {
    pin: Arc<Pin>,
}

/// A number that the engine keeps readable.
struct Pin {
    engine: Arc<Engine>,
    number: u64,
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.engine.line.unpin(self.number);
        self.engine.clean();
    }
}

impl MemorySnapshot {
    pub(super) fn new(engine: &Arc<Engine>) -> Self {
        let number = engine.line.pin();
        Self { pin: Arc::new(Pin { engine: Arc::clone(engine), number }) }
    }

    fn at(&self) -> At {
        At::Snapshot(self.pin.number)
    }

    fn walk(&self, collection: CollectionId, plan: Arc<Plan>) -> Result<Box<dyn Rows>> {
        let hold = Arc::new(Self { pin: Arc::clone(&self.pin) });
        self.pin.engine.table(collection)?.walk(plan, hold)
    }
}

impl Snapshot for MemorySnapshot {
    fn number(&self) -> u64 {
        self.pin.number
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        let plan = Plan {
            query: Query::default(),
            access: Access::Scan,
            residual: Predicate::All,
            // Any order will do.
            sorted: true,
            except: Arc::new([]),
        };
        Answer::Ready(self.walk(collection, Arc::new(plan)))
    }

    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        Answer::Ready(self.pin.engine.table(collection).map(|table| table.get(key, self.at())))
    }

    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        let table = self.pin.engine.table(collection);
        Answer::Ready(table.map(|table| table.get_by(index, values, self.at())))
    }

    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        Answer::Ready(self.walk(collection, plan))
    }

    fn estimate(&self, collection: CollectionId, access: &Access, most: usize) -> Option<usize> {
        self.pin.engine.table(collection).ok()?.estimate(access, most)
    }
}
