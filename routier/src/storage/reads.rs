//! What a transaction read, and whether it still holds.

use crate::entity::{AnyRow, Descriptor};
use crate::env::sync::Arc;
use crate::error::{ConflictCause, Error, Result};
use crate::query::eval;
use crate::query::{OrderTerm, Position, Predicate, Query};
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
#[non_exhaustive]
pub struct FilterRead {
    /// The collection.
    pub collection: CollectionId,
    /// Which rows it asked for.
    pub filter: Arc<Predicate>,
    /// The order in which it looked, where it did not look at all of them.
    pub order: Arc<[OrderTerm]>,
    /// Where it began, in this order: rows up to that place were not read.
    pub after: Option<Arc<Position>>,
    /// The place of the last row that it saw: rows behind that place were not read.
    pub until: Option<Position>,
}

impl Reads {
    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.filters.is_empty()
    }
}

impl FilterRead {
    /// What a query has read that went on to the row at the place `last`, or to the end.
    ///
    /// One with a closure has read the whole collection: no closure is called to find out what it has to do with a row.
    pub fn of(collection: CollectionId, query: &Query, last: Option<Position>) -> Self {
        if query.filter.has_closure() {
            let filter = Arc::new(Predicate::All);
            return Self { collection, filter, order: Arc::new([]), after: None, until: None };
        }
        Self {
            collection,
            filter: Arc::new(query.filter.clone()),
            order: (*query.order).into(),
            after: query.after.clone(),
            until: last,
        }
    }

    /// Whether a row was, or would have been, among what the query looked at.
    pub fn covers(&self, row: &AnyRow) -> bool {
        let place = |place| eval::compare_position(row, place, &self.order, row.descriptor());
        eval::matches(&self.filter, row)
            && self.after.as_ref().is_none_or(|after| place(after).is_gt())
            && self.until.as_ref().is_none_or(|until| place(until).is_le())
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
