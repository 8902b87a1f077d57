//! Which access paths give the rows in the query's order.

use std::ops::Deref;

use crate::entity::{Descriptor, IndexKind};
use crate::query::eval::is_descending;
use crate::query::order::OrderTerm;
use crate::query::plan::conjunction::Conjunction;
use crate::query::plan::{Access, Paths, Range};
use crate::query::predicate::Position;
use crate::value::Datum;

/// The order that a query wants its rows in, without what the filter makes the same for all of them.
pub(super) struct Wanted<'a> {
    order: &'a [OrderTerm],
    conjunction: &'a Conjunction,
    descriptor: &'a Descriptor,
    /// The fields that decide, one after the other. They end when the key is complete: no two rows share it.
    sequence: Sequence,
    /// The direction of all of them; `None` where they differ, which no walk gives.
    descending: Option<bool>,
}

/// A few fields, without an allocation: a query that is planned reads ten rows in the time of ten of those.
#[derive(Default)]
struct Sequence {
    fields: [u16; MAX_FIELDS],
    len: usize,
}

/// The columns of an index and those of the key, 8 of each: no path decides by more.
const MAX_FIELDS: usize = 16;

impl Sequence {
    /// Adds a field; `false` where there is no room.
    fn push(&mut self, field: u16) -> bool {
        let free = self.fields.get_mut(self.len);
        self.len += usize::from(free.is_some());
        free.map(|free| *free = field).is_some()
    }
}

impl Deref for Sequence {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        self.fields.get(..self.len).unwrap_or_default()
    }
}

impl<'a> Wanted<'a> {
    pub(super) fn of(
        order: &'a [OrderTerm],
        conjunction: &'a Conjunction,
        descriptor: &'a Descriptor,
    ) -> Self {
        let mut wanted =
            Self { order, conjunction, descriptor, sequence: Sequence::default(), descending: Some(false) };
        let of_key = descriptor.key.iter().map(|field| (*field, is_descending(order)));
        for (field, descending) in order.iter().map(|term| (term.field, term.descending)).chain(of_key) {
            if wanted.decides(&wanted.sequence, field) {
                let differs = !wanted.sequence.is_empty() && wanted.descending != Some(descending);
                wanted.descending = Some(descending).filter(|_| !differs);
                if !wanted.sequence.push(field) {
                    wanted.descending = None;
                    break;
                }
            }
        }
        wanted
    }

    /// Whether a field says anything about the order of rows that agree in these fields.
    fn decides(&self, before: &[u16], field: u16) -> bool {
        !before.contains(&field) && self.conjunction.fixed(field).is_none() && !self.is_complete(before)
    }

    /// Whether rows that pass the filter and agree in these fields are the same row.
    fn is_complete(&self, fields: &[u16]) -> bool {
        let mut key = self.descriptor.key.iter();
        key.all(|field| fields.contains(field) || self.conjunction.fixed(*field).is_some())
    }

    /// Whether the access path, walked in one of its directions, gives the order: `Some(true)` for walked backwards.
    pub(super) fn direction(&self, access: &Access, paths: Paths) -> Option<bool> {
        let is_one = match access {
            Access::Nothing => true,
            Access::Keys(points) | Access::Distinct { values: points, .. } => points.len() <= 1,
            _ => false,
        };
        if is_one || self.sequence.is_empty() {
            return Some(false);
        }
        let descending = self.descending.filter(|_| paths.ordered)?;
        let given = match access {
            Access::Keys(_) | Access::KeyRange { .. } => self.is_given(&[], false),
            Access::Distinct { index, .. } => self.is_given(self.columns(*index, IndexKind::Distinct)?, true),
            Access::Index { index, ranges, .. } => match self.columns(*index, IndexKind::Ordered) {
                Some(columns) => self.is_given(columns, false),
                // The rows that have one element come by key.
                None => one_element(ranges).is_some() && self.is_given(&[], false),
            },
            Access::Nothing | Access::Scan | Access::Union(_) => false,
        };
        given.then_some(descending)
    }

    /// The direction of any path to a single row: `None` where there may be several.
    pub(super) fn at_most_one(&self) -> Option<bool> {
        self.sequence.is_empty().then_some(false)
    }

    /// Whether ascending values of these columns, ties by key, are the sequence. Of `unique` columns there are no ties.
    fn is_given(&self, columns: &[u16], unique: bool) -> bool {
        let ties = if unique { &[] } else { self.descriptor.key };
        let mut rest = &*self.sequence;
        for column in columns.iter().chain(ties) {
            match rest.split_first() {
                // What comes after a complete key decides nothing.
                None => return true,
                Some((next, after)) if next == column => rest = after,
                Some(_) => {
                    let is_passed = self.sequence.contains(column) && !rest.contains(column);
                    if !is_passed && self.conjunction.fixed(*column).is_none() {
                        return false;
                    }
                }
            }
        }
        unique || rest.is_empty()
    }

    fn columns(&self, index: u16, kind: IndexKind) -> Option<&'static [u16]> {
        let index = self.descriptor.indexes.get(usize::from(index))?;
        (index.kind == kind).then_some(index.fields)
    }

    /// The walk over everything in the wanted order, where an index or the key gives it, and its direction.
    pub(super) fn walk(&self, paths: Paths) -> Option<(Access, bool)> {
        let way = self.descending.filter(|_| paths.ordered)?;
        let whole = || vec![Range::whole()];
        if self.is_given(&[], false) {
            return Some((Access::KeyRange { ranges: whole(), descending: false }, way));
        }
        let by_index = (0..)
            .zip(self.descriptor.indexes)
            .find(|(_, index)| index.kind == IndexKind::Ordered && self.is_given(index.fields, false));
        by_index.map(|(index, _)| (Access::Index { index, ranges: whole(), descending: false }, way))
    }

    /// Where a walk that gives the order begins when it goes on after a place.
    pub(super) fn seek(&self, access: &Access, after: &Position) -> Option<Position> {
        let fields = self.order.iter().map(|term| &term.field).chain(self.descriptor.key);
        let place = || fields.clone().zip(after.values.iter().chain(&after.key));
        if after.values.len() != self.order.len() || after.key.len() != self.descriptor.key.len() {
            return None;
        }
        // At a place that no row of this query can have, only the comparison with each row is right.
        if place().any(|(field, value)| self.conjunction.fixed(*field).is_some_and(|fixed| fixed != value)) {
            return None;
        }
        let value = |column: &u16| {
            let found = place().find(|(field, _)| *field == column).map(|(_, value)| value);
            found.or_else(|| self.conjunction.fixed(*column)).cloned()
        };
        let values: Option<Vec<Datum>> = match access {
            Access::KeyRange { .. } => Some(Vec::new()),
            Access::Index { index, ranges, .. } => match self.columns(*index, IndexKind::Ordered) {
                Some(columns) => columns.iter().map(value).collect(),
                None => one_element(ranges).map(<[Datum]>::to_vec),
            },
            _ => None,
        };
        Some(Position { values: values?, key: after.key.clone() })
    }
}

/// The element that all of the ranges are of.
fn one_element(ranges: &[Range]) -> Option<&[Datum]> {
    match ranges {
        [range] if range.prefix.len() == 1 => Some(&range.prefix),
        _ => None,
    }
}
