//! Queries that need no plan: an ordered index of one field, or a range of it, in its own order.

use std::ops::Bound;

use crate::entity::{Descriptor, IndexKind};
use crate::query::plan::ranges::present;
use crate::query::predicate::{Predicate, Query};
use crate::value::Datum;

/// A walk through an ordered index of one field that gives exactly the rows of a query, in its order.
///
/// [`plan`](crate::query::plan::plan) comes to the same, but takes as long as the walk through some dozens of rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Direct<'q> {
    /// The index.
    pub(crate) index: u16,
    /// What it is an index over.
    pub(crate) field: u16,
    /// From here.
    pub(crate) low: Bound<&'q Datum>,
    /// To here.
    pub(crate) high: Bound<&'q Datum>,
    /// From the last to the first.
    pub(crate) descending: bool,
}

impl<'q> Direct<'q> {
    /// `None` where there is a choice to be made, rows to be tested, or a sort. The query should have passed
    /// [`check_query`](crate::query::check_query).
    pub(crate) fn of(query: &'q Query, descriptor: &Descriptor) -> Option<Self> {
        let (filtered, low, high) = match &query.filter {
            Predicate::All => (None, Bound::Unbounded, Bound::Unbounded),
            Predicate::Equal { field, value } => {
                (Some(*field), Bound::Included(value), Bound::Included(value))
            }
            Predicate::Within { field, low, high } => {
                (Some(*field), present(low.as_ref(), *field, descriptor), high.as_ref())
            }
            _ => return None,
        };
        let (field, descending) = match (filtered, &*query.order) {
            (None, [term]) => (term.field, term.descending),
            (Some(field), [term]) if term.field == field => (field, term.descending),
            // The rows of one value come by key.
            (Some(field), []) if is_point(low, high) && query.after.is_none() => (field, false),
            _ => return None,
        };
        if is_absent(high) || matches!(low, Bound::Included(Datum::None)) {
            return None;
        }
        let mut indexes = (0_u16..).zip(descriptor.indexes);
        let (index, _) =
            indexes.find(|(_, index)| index.kind == IndexKind::Ordered && index.fields == [field])?;
        Some(Self { index, field, low, high, descending })
    }
}

/// Whether there is one value within the bounds.
fn is_point(low: Bound<&Datum>, high: Bound<&Datum>) -> bool {
    matches!((low, high), (Bound::Included(low), Bound::Included(high)) if low == high)
}

fn is_absent(bound: Bound<&Datum>) -> bool {
    matches!(bound, Bound::Included(Datum::None) | Bound::Excluded(Datum::None))
}
