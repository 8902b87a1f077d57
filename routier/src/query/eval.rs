//! What a query means: the reference that every access path has to agree with.

use std::cmp::Ordering;
use std::ops::Bound;

use crate::entity::{Descriptor, RowRef};
use crate::query::order::OrderTerm;
use crate::query::predicate::{Position, Predicate};
use crate::value::{Datum, DatumRef};

/// Whether a row passes.
pub fn matches<'a>(predicate: &Predicate, row: impl Into<RowRef<'a>>) -> bool {
    passes(predicate, row.into())
}

fn passes(predicate: &Predicate, row: RowRef<'_>) -> bool {
    match predicate {
        Predicate::All => true,
        Predicate::Nothing | Predicate::TooDeep => false,
        Predicate::Equal { field, value } => {
            let found = row.read(*field);
            !found.is_none() && found.order(value.as_ref()).is_eq()
        }
        Predicate::Within { field, low, high } => {
            let found = row.read(*field);
            !found.is_none() && within(found, low, high)
        }
        Predicate::OneOf { field, values } => {
            let found = row.read(*field);
            !found.is_none() && is_among(found, values)
        }
        Predicate::Absent { field } => row.read(*field).is_none(),
        Predicate::StartsWith { field, prefix } => match row.read(*field) {
            DatumRef::Text(found) => found.starts_with(&**prefix),
            _ => false,
        },
        Predicate::Contains { field, values } => {
            let mut found = false;
            if let DatumRef::Many(elements) = row.read(*field) {
                elements.each(&mut |element| {
                    found = is_among(element, values);
                    !found
                });
            }
            found
        }
        Predicate::Empty { field } => {
            matches!(row.read(*field), DatumRef::Many(elements) if elements.is_empty())
        }
        Predicate::Scan(test) => (test.0)(row),
        Predicate::And(parts) => parts.iter().all(|part| passes(part, row)),
        Predicate::Or(parts) => parts.iter().any(|part| passes(part, row)),
        Predicate::Not(inner) => !passes(inner, row),
    }
}

/// Whether a value lies within bounds.
pub fn within(found: DatumRef<'_>, low: &Bound<Datum>, high: &Bound<Datum>) -> bool {
    let above = match low {
        Bound::Unbounded => true,
        Bound::Included(low) => found.order(low.as_ref()).is_ge(),
        Bound::Excluded(low) => found.order(low.as_ref()).is_gt(),
    };
    above
        && match high {
            Bound::Unbounded => true,
            Bound::Included(high) => found.order(high.as_ref()).is_le(),
            Bound::Excluded(high) => found.order(high.as_ref()).is_lt(),
        }
}

fn is_among(found: DatumRef<'_>, values: &[Datum]) -> bool {
    values.binary_search_by(|value| value.as_ref().order(found)).is_ok()
}

/// The order of two rows: term by term, then by key in the direction of the last term.
pub fn compare<'a, R: Into<RowRef<'a>>>(
    left: R,
    right: R,
    order: &[OrderTerm],
    descriptor: &Descriptor,
) -> Ordering {
    let (left, right) = (left.into(), right.into());
    for term in order {
        let found = left.read(term.field).order(right.read(term.field));
        if found.is_ne() {
            return turned(found, term.descending);
        }
    }
    for field in descriptor.key {
        let found = left.read(*field).order(right.read(*field));
        if found.is_ne() {
            return turned(found, is_descending(order));
        }
    }
    Ordering::Equal
}

/// Where a row stands to a place in the same order.
pub fn compare_position<'a>(
    row: impl Into<RowRef<'a>>,
    place: &Position,
    order: &[OrderTerm],
    descriptor: &Descriptor,
) -> Ordering {
    let row = row.into();
    for (term, value) in order.iter().zip(&place.values) {
        let found = row.read(term.field).order(value.as_ref());
        if found.is_ne() {
            return turned(found, term.descending);
        }
    }
    for (field, value) in descriptor.key.iter().zip(&place.key) {
        let found = row.read(*field).order(value.as_ref());
        if found.is_ne() {
            return turned(found, is_descending(order));
        }
    }
    Ordering::Equal
}

/// The direction of ties: that of the last term.
pub fn is_descending(order: &[OrderTerm]) -> bool {
    order.last().is_some_and(|term| term.descending)
}

fn turned(found: Ordering, descending: bool) -> Ordering {
    if descending { found.reverse() } else { found }
}

#[cfg(test)]
mod tests;
