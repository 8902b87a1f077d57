//! A table whose type is forgotten: what the engine and the way through `dyn Storage` know of it.

use std::any::Any;

use crate::entity::{AnyRow, Descriptor, Entity};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::memory::core::{Core, Forget};
use crate::memory::index::Index;
use crate::memory::line::At;
use crate::memory::live::Archived;
use crate::memory::table::Table;
use crate::memory::walk::ErasedWalk;
use crate::memory::work::{TypedWork, Work};
use crate::query::{Access, Plan};
use crate::storage::{CollectionId, KeyRead, Rows, Snapshot};
use crate::value::DatumRef;

/// A table of any type.
pub(super) trait AnyTable: Forget {
    fn descriptor(&self) -> &'static Descriptor;
    /// The table with its type, to be downcast.
    fn typed(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
    fn n_rows(&self) -> usize;
    fn get(&self, key: &[DatumRef<'_>], at: At) -> Option<AnyRow>;
    fn get_by(&self, index: u16, values: &[DatumRef<'_>], at: At) -> Option<AnyRow>;
    fn estimate(&self, access: &Access, most: usize) -> Option<usize>;
    fn walk(self: Arc<Self>, plan: Arc<Plan>, pin: Arc<dyn Snapshot>) -> Result<Box<dyn Rows>>;
    /// Begins the table's part of a commit of so many writes.
    fn work(self: Arc<Self>, n_writes: usize) -> Box<dyn Work>;
    fn check_read(&self, read: &KeyRead) -> Result<()>;
    fn identities(&self, count: u128) -> Result<u128>;
    /// Lets the identities go on no earlier than here.
    #[cfg(feature = "file")]
    fn pass_identities(&self, below: u128);
    /// See [`Table::fork`].
    fn fork(&self, core: &Arc<Core>) -> Arc<dyn AnyTable>;
}

/// Makes the table of `E`: what stands in [`Opening::table`](crate::storage::Opening::table).
pub(crate) fn new_table<E: Entity>() -> Box<dyn Any + Send + Sync> {
    Box::new(TableMaker(|id, core, seed| Arc::new(Table::<E>::new(id, core, seed))))
}

/// What [`new_table`] gives: how to make the table, once the storage knows where it belongs.
pub(super) struct TableMaker(fn(CollectionId, Arc<Core>, u64) -> Arc<dyn AnyTable>);

impl TableMaker {
    /// The table that an opening speaks of.
    pub(super) fn make(
        made: Box<dyn Any + Send + Sync>,
        id: CollectionId,
        core: &Arc<Core>,
        seed: u64,
    ) -> Result<Arc<dyn AnyTable>> {
        let maker = made.downcast::<Self>();
        let maker =
            maker.map_err(|_| Error::bug("a collection was opened with the table of another storage"))?;
        Ok((maker.0)(id, Arc::clone(core), seed))
    }
}

impl<E: Entity> AnyTable for Table<E> {
    fn descriptor(&self) -> &'static Descriptor {
        E::DESCRIPTOR
    }

    fn typed(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn n_rows(&self) -> usize {
        Table::n_rows(self)
    }

    fn get(&self, key: &[DatumRef<'_>], at: At) -> Option<AnyRow> {
        self.get_erased(key, at).map(AnyRow::new)
    }

    fn get_by(&self, index: u16, values: &[DatumRef<'_>], at: At) -> Option<AnyRow> {
        Table::get_by(self, index, values, at).map(AnyRow::new)
    }

    fn estimate(&self, access: &Access, most: usize) -> Option<usize> {
        Table::estimate(self, access, most)
    }

    fn walk(self: Arc<Self>, plan: Arc<Plan>, pin: Arc<dyn Snapshot>) -> Result<Box<dyn Rows>> {
        Ok(Box::new(ErasedWalk(Table::walk(&self, plan, pin)?)))
    }

    fn work(self: Arc<Self>, n_writes: usize) -> Box<dyn Work> {
        Box::new(TypedWork::new(self, n_writes))
    }

    fn check_read(&self, read: &KeyRead) -> Result<()> {
        Table::check_read(self, read)
    }

    fn identities(&self, count: u128) -> Result<u128> {
        Table::identities(self, count)
    }

    #[cfg(feature = "file")]
    fn pass_identities(&self, below: u128) {
        let mut next = self.identity.lock();
        *next = next.map(|next| next.max(below));
    }

    fn fork(&self, core: &Arc<Core>) -> Arc<dyn AnyTable> {
        Arc::new(Table::fork(self, Arc::clone(core)))
    }
}

impl<E: Entity> Forget for Table<E> {
    fn forget(&self, rows: &[Archived]) {
        let rows: Vec<(&E, u64)> =
            rows.iter().filter_map(|old| Some((old.row.entity::<E>()?, old.row.version()))).collect();
        let (chain, keys) = self.chain();
        for index in chain {
            index.forget(&rows);
        }
        // The primary comes first: what it still has may at this moment be taken over into the order of keys.
        self.primary().forget(&rows);
        keys.forget(&rows);
    }
}
