//! How good an access path is, as far as that shows without looking at the data.

use std::cmp::Reverse;
use std::ops::Bound;

use crate::query::plan::{Access, Range};
use crate::value::Datum;

/// The rank of a path: the least is the best. Lookups come before ranges and those before unions; among ranges more
/// columns with one value come first, then what is known of the next column, then indexes before the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    sort: Sort,
    n_fixed: Reverse<usize>,
    next: Next,
    n_used: Reverse<usize>,
    by_key: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Points,
    Ranges,
    Union,
    Scan,
}

/// What is known of the column after those that have one value, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// It has one of some values.
    Several,
    /// It lies between two bounds.
    Bounded,
    /// It lies on one side of a bound.
    Half,
    /// Nothing.
    Open,
}

impl Rank {
    pub(super) fn of(access: &Access) -> Self {
        let (sort, ranges, by_key) = match access {
            Access::Nothing | Access::Keys(_) | Access::Distinct { .. } => (Sort::Points, &[][..], false),
            Access::KeyRange { ranges, .. } => (Sort::Ranges, &**ranges, true),
            Access::Index { ranges, .. } => (Sort::Ranges, &**ranges, false),
            Access::Union(_) => (Sort::Union, &[][..], false),
            Access::Scan => (Sort::Scan, &[][..], false),
        };
        let n_fixed = n_fixed(ranges);
        let next = ranges.iter().map(|range| next(range, n_fixed)).max().unwrap_or(Next::Open);
        let n_used = ranges.iter().map(n_used).min().unwrap_or(0);
        Self { sort, n_fixed: Reverse(n_fixed), next, n_used: Reverse(n_used), by_key }
    }
}

/// How many of the first columns have the same value in all ranges. They ascend, so that the first and the last tell.
fn n_fixed(ranges: &[Range]) -> usize {
    match ranges {
        [] => 0,
        [only] => only.prefix.len(),
        [first, .., last] => {
            first.prefix.iter().zip(&last.prefix).take_while(|(one, other)| one == other).count()
        }
    }
}

/// How many columns a range says something of.
fn n_used(range: &Range) -> usize {
    let is_open = range.low == Bound::Unbounded && range.high == Bound::Unbounded;
    range.prefix.len() + usize::from(!is_open)
}

fn next(range: &Range, n_fixed: usize) -> Next {
    if range.prefix.len() > n_fixed {
        return Next::Several;
    }
    let open_below = matches!(range.low, Bound::Unbounded | Bound::Excluded(Datum::None));
    match (open_below, range.high == Bound::Unbounded) {
        (false, false) => Next::Bounded,
        (true, true) => Next::Open,
        _ => Next::Half,
    }
}
