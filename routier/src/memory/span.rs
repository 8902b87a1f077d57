//! Ranges of an ordered structure.

use std::ops::{Bound, RangeBounds};

use crate::query::Range;
use crate::value::{Columns, Datum, Edge};

/// A [`Range`], borrowed.
#[derive(Clone, Copy)]
pub(super) struct RangeRef<'a> {
    pub(super) prefix: &'a [Datum],
    pub(super) low: Bound<&'a Datum>,
    pub(super) high: Bound<&'a Datum>,
}

impl<'a> From<&'a Range> for RangeRef<'a> {
    fn from(range: &'a Range) -> Self {
        Self { prefix: &range.prefix, low: range.low.as_ref(), high: range.high.as_ref() }
    }
}

/// From where to where to walk.
#[derive(Clone, Debug)]
pub(super) struct Span<A> {
    pub(super) low: Bound<A>,
    pub(super) high: Bound<A>,
}

impl<A: Ord> Span<A> {
    /// Whether nothing can lie within; a map would panic if it was asked for some of these.
    pub(super) fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(low), Bound::Included(high)) => low > high,
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => {
                low >= high
            }
        }
    }

    /// Whether it goes from the first to the last.
    pub(super) fn is_whole(&self) -> bool {
        matches!((&self.low, &self.high), (Bound::Unbounded, Bound::Unbounded))
    }

    /// Leaves out what a walk passes up to `place`, that included.
    pub(super) fn pass(&mut self, place: A, descending: bool) {
        let side = if descending { &mut self.high } else { &mut self.low };
        let is_behind = match side {
            Bound::Unbounded => false,
            Bound::Included(side) | Bound::Excluded(side) if descending => *side < place,
            Bound::Included(side) | Bound::Excluded(side) => *side > place,
        };
        if !is_behind {
            *side = Bound::Excluded(place);
        }
    }
}

impl<A: Ord> RangeBounds<A> for Span<A> {
    fn start_bound(&self) -> Bound<&A> {
        self.low.as_ref()
    }

    fn end_bound(&self) -> Bound<&A> {
        self.high.as_ref()
    }
}

/// The span of an index over `C` with ties by `K`. `None` where a value is of another type.
pub(super) fn of_index<C: Columns, K: Columns>(
    range: RangeRef<'_>,
) -> Option<Span<(C::Ordered, K::Ordered)>> {
    let edge = |values: &[Datum], rest| Some((C::probe(values, rest)?, K::probe(&[], rest)?));
    Some(Span { low: low(range, edge)?, high: high(range, edge)? })
}

/// The span of the keys.
pub(super) fn of_key<K: Columns>(range: RangeRef<'_>) -> Option<Span<K::Ordered>> {
    Some(Span { low: low(range, K::probe)?, high: high(range, K::probe)? })
}

fn low<A>(range: RangeRef<'_>, edge: impl Fn(&[Datum], Edge) -> Option<A>) -> Option<Bound<A>> {
    Some(match range.low {
        Bound::Unbounded if range.prefix.is_empty() => Bound::Unbounded,
        Bound::Unbounded => Bound::Included(edge(range.prefix, Edge::Least)?),
        Bound::Included(low) => Bound::Included(with_last(range, low, |values| edge(values, Edge::Least))?),
        Bound::Excluded(low) => {
            Bound::Excluded(with_last(range, low, |values| edge(values, Edge::Greatest))?)
        }
    })
}

fn high<A>(range: RangeRef<'_>, edge: impl Fn(&[Datum], Edge) -> Option<A>) -> Option<Bound<A>> {
    Some(match range.high {
        Bound::Unbounded if range.prefix.is_empty() => Bound::Unbounded,
        Bound::Unbounded => Bound::Included(edge(range.prefix, Edge::Greatest)?),
        Bound::Included(high) => {
            Bound::Included(with_last(range, high, |values| edge(values, Edge::Greatest))?)
        }
        Bound::Excluded(high) => Bound::Excluded(with_last(range, high, |values| edge(values, Edge::Least))?),
    })
}

fn with_last<A>(range: RangeRef<'_>, last: &Datum, edge: impl Fn(&[Datum]) -> Option<A>) -> Option<A> {
    if range.prefix.is_empty() {
        return edge(std::slice::from_ref(last));
    }
    let values: Vec<Datum> = range.prefix.iter().chain([last]).cloned().collect();
    edge(&values)
}
