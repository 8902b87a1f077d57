//! Distinct values that were seen to be free.
//!
//! An insert that is not refused has told the transaction that nobody has its distinct values. As long as the row keeps
//! them, the commit finds out whether it is still so. Once it lets go of one, that it was free is a read like others.

use crate::entity::{AnyRow, IndexKind};
use crate::query::{Predicate, Query};
use crate::storage::{CollectionId, FilterRead, Reads};
use crate::value::Datum;

/// A row that the transaction has inserted, and what it makes of it now: `None` where it removes it.
pub(super) struct Rewritten<'a> {
    pub(super) collection: CollectionId,
    pub(super) row: &'a AnyRow,
    pub(super) next: Option<&'a AnyRow>,
}

/// The distinct indexes in which a row stands.
pub(super) fn distinct(row: &AnyRow) -> Vec<u16> {
    let indexes = (0_u16..).zip(row.descriptor().indexes);
    let distinct = indexes.filter(|(_, index)| {
        let is_absent = || index.fields.iter().any(|field| row.read(*field).is_none());
        index.kind == IndexKind::Distinct && !is_absent()
    });
    distinct.map(|(number, _)| number).collect()
}

/// Those of the indexes in which the row keeps its values. Of the others it is remembered that the values were free.
pub(super) fn still_free(free: &[u16], rewritten: &Rewritten<'_>, reads: &mut Reads) -> Vec<u16> {
    let Rewritten { collection, row, next } = rewritten;
    let mut kept = Vec::new();
    for number in free {
        let Some(index) = row.descriptor().indexes.get(usize::from(*number)) else { continue };
        let is_same = |next: &AnyRow, field: u16| next.read(field).order(row.read(field)).is_eq();
        if next.is_some_and(|next| index.fields.iter().all(|field| is_same(next, *field))) {
            kept.push(*number);
            continue;
        }
        let values = index.fields.iter().map(|field| row.read(*field).to_datum()).collect();
        let query = Query { filter: equal(index.fields, values), ..Query::default() };
        reads.filters.push(FilterRead::of(*collection, &query, None));
    }
    kept
}

/// The rows with these values in these fields.
pub(super) fn equal(fields: &[u16], values: Vec<Datum>) -> Predicate {
    let equals = fields.iter().zip(values).map(|(field, value)| Predicate::Equal { field: *field, value });
    equals.fold(Predicate::All, Predicate::and)
}
