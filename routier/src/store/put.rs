//! Statements that are commits of their own: to the engine, where the store is over that alone, else to the storage.

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::storage::{CommitRecord, Expect, RowChange, Write, WriteSet};
use crate::store::collection::Collection;
use crate::store::trace::Trace;
use crate::store::view::typed;

impl<E: Entity> Collection<E> {
    /// Commits a row that is not staged.
    pub(super) async fn put(&self, row: Versioned<E>, expect: Expect) -> Result<Versioned<E>> {
        let opened = &self.opened;
        let record = match (opened.core.engine(), &opened.table) {
            (Some(engine), Some(table)) => {
                opened.core.check_open()?;
                let origin = &opened.origin;
                let trace = Trace::commit(&opened.core.env.clock, || self.name(), origin, 1);
                let outcome = trace.hold(engine.put(table, row, expect, origin.clone())).await;
                trace.ended(&outcome);
                outcome?
            }
            _ => self.commit(Write::put(opened.id, AnyRow::new(row), expect)).await?,
        };
        written(record.changes.first())
    }

    /// Commits rows of which none may be there, all or none.
    pub(super) async fn put_all(&self, rows: impl Iterator<Item = AnyRow>) -> Result<Vec<Versioned<E>>> {
        let opened = &self.opened;
        let writes: Vec<Write> = rows.map(|row| Write::put(opened.id, row, Expect::Absent)).collect();
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let set = WriteSet::statement(opened.origin.clone(), writes);
        let record = opened.core.commit(set, None).await?;
        record.changes.iter().map(|change| written(Some(change))).collect()
    }

    /// Commits a statement of one write.
    pub(super) async fn commit(&self, write: Write) -> Result<Arc<CommitRecord>> {
        let opened = &self.opened;
        opened.core.check_open()?;
        opened.core.commit(WriteSet::statement(opened.origin.clone(), vec![write]), None).await
    }
}

fn written<E: Entity>(change: Option<&RowChange>) -> Result<Versioned<E>> {
    let row = change.and_then(|change| change.after.clone());
    row.map_or_else(|| Err(Error::bug("a commit does not show what it wrote")), typed)
}
