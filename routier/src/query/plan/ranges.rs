//! Ranges of an index or the key, from the values that a filter leaves to their columns.

use std::cmp::Ordering;
use std::ops::Bound;

use crate::entity::Descriptor;
use crate::query::plan::Range;
use crate::query::plan::conjunction::Conjunction;
use crate::query::plan::set::Set;
use crate::value::Datum;

/// How many combinations of `one_of` over several columns are looked up one by one: beyond it, fewer columns are used.
const MAX_POINTS: usize = 4_096;

/// The lookups that give all rows of a filter, where it leaves every one of the columns only some values, none of them
/// `None`; with the places of the parts that they make sure of. They ascend.
pub(super) fn points(conjunction: &Conjunction, columns: &[u16]) -> Option<(Vec<Vec<Datum>>, Vec<usize>)> {
    let values = |column: &u16| {
        let (place, set) = conjunction.column(*column)?;
        let values = set.points().filter(|values| !values.iter().any(Datum::is_none))?;
        Some((place, values))
    };
    // Most filters have no such values, and are to cost nothing here.
    if !columns.iter().all(|column| values(column).is_some()) {
        return None;
    }
    let mut all = vec![Vec::with_capacity(columns.len())];
    let mut covered = Vec::with_capacity(columns.len());
    for (place, values) in columns.iter().filter_map(values) {
        all = product(all, values)?;
        covered.push(place);
    }
    Some((all, covered))
}

/// Each of the prefixes with each of the values; `None` where that were too many.
fn product(prefixes: Vec<Vec<Datum>>, values: &[Datum]) -> Option<Vec<Vec<Datum>>> {
    if let [value] = values {
        let mut prefixes = prefixes;
        prefixes.iter_mut().for_each(|prefix| prefix.push(value.clone()));
        return Some(prefixes);
    }
    if prefixes.len() > 1 && prefixes.len().saturating_mul(values.len()) > MAX_POINTS {
        return None;
    }
    let each = prefixes.iter().flat_map(|prefix| {
        values.iter().map(|value| {
            let mut longer = Vec::with_capacity(prefix.capacity());
            longer.extend(prefix.iter().chain([value]).cloned());
            longer
        })
    });
    Some(each.collect())
}

/// The ranges that the longest run of first columns gives, ascending and apart, with the places of the parts that they
/// make sure of; `None` where the filter says nothing of the first column.
pub(super) fn ranges(
    conjunction: &Conjunction,
    columns: &[u16],
    descriptor: &Descriptor,
) -> Option<(Vec<Range>, Vec<usize>)> {
    conjunction.column(*columns.first()?)?;
    let mut prefixes = vec![Vec::new()];
    let mut covered = Vec::new();
    let mut bounds = (Bound::Unbounded, Bound::Unbounded);
    for column in columns {
        let Some((place, set)) = conjunction.column(*column) else { break };
        match set {
            Set::Points(values) => match product(prefixes, values) {
                Some(longer) => prefixes = longer,
                // Too many: the columns before this one have to do.
                None => return ranges(conjunction, columns.get(..covered.len())?, descriptor),
            },
            Set::Range(low, high) => {
                bounds = (present(low.as_ref(), *column, descriptor).cloned(), high.clone());
                covered.push(place);
                break;
            }
        }
        covered.push(place);
    }
    let (low, high) = bounds;
    let range = |prefix| Range::within(prefix, low.clone(), high.clone());
    Some((prefixes.into_iter().map(range).collect(), covered))
}

/// A lower bound that leaves out `None`, which comes first in a column that may be absent.
pub(super) fn present<'a>(low: Bound<&'a Datum>, column: u16, descriptor: &Descriptor) -> Bound<&'a Datum> {
    match low {
        Bound::Unbounded if descriptor.field(column).is_some_and(|field| field.optional) => {
            Bound::Excluded(&Datum::None)
        }
        low => low,
    }
}

/// All that is in any of the ranges, ascending and apart.
pub(super) fn merged(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_by(|one, other| one.start().cmp(&other.start()));
    let mut apart: Vec<Range> = Vec::with_capacity(ranges.len());
    for next in ranges {
        match apart.last_mut() {
            Some(last) if last.reaches(&next) => {
                if next.end() > last.end() {
                    // Of ranges with different prefixes that meet, one holds the other.
                    if last.prefix == next.prefix {
                        last.high = next.high;
                    } else {
                        *last = next;
                    }
                }
            }
            _ => apart.push(next),
        }
    }
    apart
}

impl Range {
    fn start(&self) -> Edge<'_> {
        let (last, side) = match &self.low {
            Bound::Unbounded => (None, Ordering::Less),
            Bound::Included(value) => (Some(value), Ordering::Less),
            Bound::Excluded(value) => (Some(value), Ordering::Greater),
        };
        Edge { prefix: &self.prefix, last, side }
    }

    fn end(&self) -> Edge<'_> {
        let (last, side) = match &self.high {
            Bound::Unbounded => (None, Ordering::Greater),
            Bound::Included(value) => (Some(value), Ordering::Greater),
            Bound::Excluded(value) => (Some(value), Ordering::Less),
        };
        Edge { prefix: &self.prefix, last, side }
    }

    /// Whether nothing lies between this and `next`, which begins no earlier.
    fn reaches(&self, next: &Self) -> bool {
        match self.end().cmp(&next.start()) {
            Ordering::Greater => true,
            Ordering::Equal => self.prefix == next.prefix,
            Ordering::Less => false,
        }
    }
}

/// A place between entries: before or after all that begin with some values.
#[derive(PartialEq, Eq)]
struct Edge<'a> {
    prefix: &'a [Datum],
    last: Option<&'a Datum>,
    /// `Less` for before them, `Greater` for after.
    side: Ordering,
}

impl Edge<'_> {
    fn values(&self) -> impl Iterator<Item = &Datum> {
        self.prefix.iter().chain(self.last)
    }
}

impl PartialOrd for Edge<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Edge<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut mine, mut others) = (self.values(), other.values());
        loop {
            match (mine.next(), others.next()) {
                (Some(one), Some(another)) => match one.cmp(another) {
                    Ordering::Equal => {}
                    different => return different,
                },
                // The shorter one stands before or after everything that the longer one is among.
                (None, Some(_)) => return self.side,
                (Some(_), None) => return other.side.reverse(),
                (None, None) => return self.side.cmp(&other.side),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Bound;

    use super::merged;
    use crate::query::plan::Range;
    use crate::value::Datum;

    fn values(values: &[u64]) -> Vec<Datum> {
        values.iter().map(|value| Datum::UInt(*value)).collect()
    }

    fn point(prefix: &[u64]) -> Range {
        Range::of(values(prefix))
    }

    /// From `low` up to `high` itself.
    fn range(prefix: &[u64], low: u64, high: u64) -> Range {
        Range::within(values(prefix), Bound::Included(Datum::UInt(low)), Bound::Included(Datum::UInt(high)))
    }

    #[test]
    fn ranges_are_merged_where_they_meet() {
        let above = |low| Range::within(vec![], Bound::Excluded(Datum::UInt(low)), Bound::Unbounded);
        for (ranges, expected) in [
            (vec![range(&[], 5, 6), range(&[], 1, 2)], vec![range(&[], 1, 2), range(&[], 5, 6)]),
            (vec![range(&[], 1, 5), range(&[], 3, 9), range(&[], 2, 4)], vec![range(&[], 1, 9)]),
            (
                vec![range(&[], 1, 5), above(5)],
                vec![Range::within(vec![], Bound::Included(Datum::UInt(1)), Bound::Unbounded)],
            ),
            (vec![point(&[1]), range(&[], 1, 3)], vec![range(&[], 1, 3)]),
            (vec![point(&[1, 2]), range(&[1], 2, 3), point(&[1])], vec![point(&[1])]),
            (vec![point(&[2]), range(&[1], 1, 9), range(&[2], 3, 3)], vec![range(&[1], 1, 9), point(&[2])]),
            (vec![range(&[1], 4, 9), Range::whole()], vec![Range::whole()]),
        ] {
            assert_eq!(merged(ranges), expected);
        }
    }
}
