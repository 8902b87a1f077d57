//! The access paths that a filter has.

use crate::entity::{Descriptor, IndexKind};
use crate::query::check::suits;
use crate::query::plan::arms::{union, union_within};
use crate::query::plan::choice::Costs;
use crate::query::plan::conjunction::{Conjunction, Kind};
use crate::query::plan::ranges::{points, ranges};
use crate::query::plan::{Access, Range};
use crate::value::Datum;

/// An access path, and the places of the parts of the filter that it makes sure of.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) access: Access,
    pub(super) covered: Vec<usize>,
}

/// Every path that leads to all rows of the filter: by the key, by the indexes in their order, by each `|`.
pub(super) fn paths(conjunction: &Conjunction, descriptor: &Descriptor, costs: &Costs<'_>) -> Vec<Path> {
    let mut found = simple(conjunction, descriptor);
    for (place, part) in conjunction.parts.iter().enumerate() {
        if let Kind::Either = part.kind {
            found.extend(union(&part.test, place, descriptor, costs));
        }
    }
    found
}

/// The same, and those of each `|` whose arms are narrowed by the other tests.
///
/// The arms of the arms are not: that would take time exponential in the depth of the filter.
pub(super) fn all_paths(conjunction: &Conjunction, descriptor: &Descriptor, costs: &Costs<'_>) -> Vec<Path> {
    if conjunction.parts.is_empty() {
        return Vec::new();
    }
    let mut found = paths(conjunction, descriptor, costs);
    for place in 0..conjunction.parts.len() {
        found.extend(union_within(conjunction, place, descriptor, costs));
    }
    found
}

/// The paths without those of `|`.
pub(super) fn simple(conjunction: &Conjunction, descriptor: &Descriptor) -> Vec<Path> {
    let mut found: Vec<Path> = by_key(conjunction, descriptor).into_iter().collect();
    for (number, index) in (0..).zip(descriptor.indexes) {
        match index.kind {
            IndexKind::Distinct => found.extend(by_distinct(conjunction, number, index.fields)),
            IndexKind::Ordered => {
                let ranged = ranges(conjunction, index.fields, descriptor);
                found.extend(ranged.map(|(ranges, covered)| Path {
                    access: Access::Index { index: number, ranges, descending: false },
                    covered,
                }));
            }
            IndexKind::Elements => found.extend(by_elements(conjunction, number, index.fields, descriptor)),
        }
    }
    found
}

fn by_key(conjunction: &Conjunction, descriptor: &Descriptor) -> Option<Path> {
    if let Some((keys, covered)) = points(conjunction, descriptor.key) {
        return Some(Path { access: Access::Keys(keys), covered });
    }
    let (ranges, covered) = ranges(conjunction, descriptor.key, descriptor)?;
    Some(Path { access: Access::KeyRange { ranges, descending: false }, covered })
}

fn by_distinct(conjunction: &Conjunction, index: u16, columns: &[u16]) -> Option<Path> {
    let (values, covered) = points(conjunction, columns)?;
    Some(Path { access: Access::Distinct { index, values }, covered })
}

/// A path for each of the tests of a list: they cannot be made one, since a list has many elements.
fn by_elements(
    conjunction: &Conjunction,
    index: u16,
    columns: &'static [u16],
    descriptor: &Descriptor,
) -> impl Iterator<Item = Path> {
    let column = columns.first().copied();
    let ty = column.and_then(|column| descriptor.field(column)).and_then(|field| field.ty);
    let usable = move |values: &[Datum]| {
        values.is_sorted() && ty.is_some_and(|ty| values.iter().all(|value| suits(ty, value)))
    };
    conjunction.parts.iter().enumerate().filter_map(move |(place, part)| match &part.kind {
        Kind::Elements(field, values) if column == Some(*field) && usable(values) => {
            let ranges = values.iter().map(|value| Range::of(vec![value.clone()])).collect();
            Some(Path { access: Access::Index { index, ranges, descending: false }, covered: vec![place] })
        }
        _ => None,
    })
}
