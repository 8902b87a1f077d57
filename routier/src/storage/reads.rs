//! What a transaction read, and whether it still holds.

use crate::entity::{AnyRow, Descriptor};
use crate::env::sync::Arc;
use crate::error::{ConflictCause, Error, Result};
use crate::query::eval;
use crate::query::{OrderTerm, Position, Predicate};
use crate::storage::CollectionId;
use crate::storage::commit::CommitRecord;
use crate::storage::write::row_key;
use crate::value::Datum;

/// What a transaction read. Rows that it had written itself do not count.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Reads {
    /// Rows by key, found or not.
    pub keys: Vec<KeyRead>,
    /// Queries.
    pub filters: Vec<FilterRead>,
}

/// One row read by its key.
#[derive(Clone, Debug)]
pub struct KeyRead {
    /// The collection.
    pub collection: CollectionId,
    /// The key.
    pub key: Box<[Datum]>,
    /// The version that was found; `None` where there was no row.
    pub version: Option<u64>,
}

/// One query.
#[derive(Clone, Debug)]
pub struct FilterRead {
    /// The collection.
    pub collection: CollectionId,
    /// Which rows it asked for.
    pub filter: Arc<Predicate>,
    /// How far it went, where it did not look at all of them: the order, and the place of the last row that it saw.
    /// Rows behind that place were not read.
    pub until: Option<(Arc<[OrderTerm]>, Position)>,
}

impl Reads {
    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.filters.is_empty()
    }
}

impl FilterRead {
    /// Whether a row was, or would have been, among what the query looked at.
    pub fn covers(&self, row: &AnyRow) -> bool {
        eval::matches(&self.filter, row)
            && self.until.as_ref().is_none_or(|(order, last)| {
                eval::compare_position(row, last, order, row.descriptor()).is_le()
            })
    }
}

/// Whether what a transaction read is still so after `commits`, those that came after its snapshot: the check that
/// makes a storage serializable which is not so by itself. It MUST run within the committing transaction.
///
/// Cost: the number of changes, times the number of queries read.
///
/// # Errors
///
/// [`Conflict`](crate::ErrorKind::Conflict) with cause `Read`, retryable.
pub fn check_reads<'a>(reads: &Reads, commits: impl IntoIterator<Item = &'a CommitRecord>) -> Result<()> {
    if reads.is_empty() {
        return Ok(());
    }
    for change in commits.into_iter().flat_map(|commit| &commit.changes) {
        let rows = [change.before.as_ref(), change.after.as_ref()];
        for row in rows.into_iter().flatten() {
            let of_collection = |collection: CollectionId| collection == change.collection;
            let read = reads.filters.iter().any(|read| of_collection(read.collection) && read.covers(row))
                || reads.keys.iter().any(|read| of_collection(read.collection) && has_key(row, &read.key));
            if read {
                return Err(changed(row.descriptor()));
            }
        }
    }
    Ok(())
}

fn has_key(row: &AnyRow, key: &[Datum]) -> bool {
    let fields = row.descriptor().key;
    fields.len() == key.len()
        && fields.iter().zip(key).all(|(field, value)| row.read(*field).order(value.as_ref()).is_eq())
}

/// The conflict of a read that no longer holds.
pub fn changed(descriptor: &Descriptor) -> Error {
    Error::conflict(descriptor.collection, ConflictCause::Read).retryable(true)
}

/// The place of a row in an order.
pub fn position(row: &AnyRow, order: &[OrderTerm]) -> Position {
    Position {
        values: order.iter().map(|term| row.read(term.field).to_datum()).collect(),
        key: row_key(row).into_vec(),
    }
}
