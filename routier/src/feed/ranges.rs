//! Ranges of values, and who waits for what lies in them.

use std::cmp::Ordering;
use std::ops::Bound;

use crate::env::sync::Arc;
use crate::feed::slot::Slot;
use crate::query::eval::within;
use crate::value::{Datum, DatumRef};

/// Ranges, found by a value that lies in them.
///
/// They stand sorted by where they begin, which makes the middle of every part the root of a tree; of each such part is
/// known which of its ranges ends last, so that a look-up passes over the parts that end before the value. It is the
/// interval tree of Cormen et al., "Introduction to Algorithms", in an array as in Li and Rong, "Bedtk: finding interval
/// overlap with implicit interval tree" (2021). Which end last is found out anew by the first look-up after a change.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    sorted: Vec<Span>,
    /// For the middle of each part, the place of the range in that part that ends last.
    last: Vec<usize>,
}

#[derive(Debug)]
struct Span {
    low: Bound<Datum>,
    high: Bound<Datum>,
    slot: Arc<Slot>,
}

impl Ranges {
    pub(super) fn add(&mut self, low: &Bound<Datum>, high: &Bound<Datum>, slot: &Arc<Slot>) {
        let place = self.place(low, high, slot.id).unwrap_or_else(|place| place);
        self.sorted.insert(place, Span { low: low.clone(), high: high.clone(), slot: Arc::clone(slot) });
        self.last.clear();
    }

    pub(super) fn remove(&mut self, low: &Bound<Datum>, high: &Bound<Datum>, id: u64) {
        if let Ok(place) = self.place(low, high, id) {
            self.sorted.remove(place);
            self.last.clear();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Hands out those in whose range the value lies.
    ///
    /// Cost: the logarithm of how many ranges there are, for each that is found; after a change, a look at each.
    pub(super) fn find(&mut self, value: DatumRef<'_>, found: &mut dyn FnMut(&Arc<Slot>)) {
        // It lies in no range, though it comes before all other values.
        if value.is_none() {
            return;
        }
        if self.last.len() != self.sorted.len() {
            self.last = vec![0; self.sorted.len()];
            find_last(&self.sorted, 0, &mut self.last);
        }
        walk(&self.sorted, &self.last, &self.sorted, value, found);
    }

    fn place(&self, low: &Bound<Datum>, high: &Bound<Datum>, id: u64) -> Result<usize, usize> {
        self.sorted.binary_search_by(|span| {
            let ordering = compare_lows(&span.low, low).then_with(|| compare_highs(&span.high, high));
            ordering.then_with(|| span.slot.id.cmp(&id))
        })
    }
}

impl Span {
    fn begins_by(&self, value: DatumRef<'_>) -> bool {
        within(value, &self.low, &Bound::Unbounded)
    }

    fn ends_behind(&self, value: DatumRef<'_>) -> bool {
        within(value, &Bound::Unbounded, &self.high)
    }
}

/// Finds out which ends last in `part`, which begins at `first`, and in the parts of it.
fn find_last(part: &[Span], first: usize, last: &mut [usize]) -> Option<usize> {
    let middle = part.len() / 2;
    let (left, rest) = part.split_at_checked(middle)?;
    let (root, right) = rest.split_first()?;
    let (left_last, rest_last) = last.split_at_mut_checked(middle)?;
    let (root_last, right_last) = rest_last.split_first_mut()?;
    let end =
        |place: usize| place.checked_sub(first).and_then(|place| part.get(place)).map(|span| &span.high);
    let mut furthest = (first + middle, &root.high);
    let below = [find_last(left, first, left_last), find_last(right, first + middle + 1, right_last)];
    for place in below.into_iter().flatten() {
        if let Some(high) = end(place).filter(|high| compare_highs(high, furthest.1).is_gt()) {
            furthest = (place, high);
        }
    }
    *root_last = furthest.0;
    Some(furthest.0)
}

fn walk(part: &[Span], last: &[usize], all: &[Span], value: DatumRef<'_>, found: &mut dyn FnMut(&Arc<Slot>)) {
    let middle = part.len() / 2;
    let (Some((left, [root, right @ ..])), Some((left_last, [furthest, right_last @ ..]))) =
        (part.split_at_checked(middle), last.split_at_checked(middle))
    else {
        return;
    };
    if !all.get(*furthest).is_some_and(|span| span.ends_behind(value)) {
        return;
    }
    walk(left, left_last, all, value, found);
    // Those to the right begin no earlier.
    if root.begins_by(value) {
        if root.ends_behind(value) {
            found(&root.slot);
        }
        walk(right, right_last, all, value, found);
    }
}

/// Which of two lower bounds lets in less.
fn compare_lows(one: &Bound<Datum>, other: &Bound<Datum>) -> Ordering {
    match (one, other) {
        (Bound::Unbounded, Bound::Unbounded) => Ordering::Equal,
        (Bound::Unbounded, _) => Ordering::Less,
        (_, Bound::Unbounded) => Ordering::Greater,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
            a.cmp(b).then(is_excluded(one).cmp(&is_excluded(other)))
        }
    }
}

/// Which of two upper bounds lets in more.
fn compare_highs(one: &Bound<Datum>, other: &Bound<Datum>) -> Ordering {
    match (one, other) {
        (Bound::Unbounded, Bound::Unbounded) => Ordering::Equal,
        (Bound::Unbounded, _) => Ordering::Greater,
        (_, Bound::Unbounded) => Ordering::Less,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
            a.cmp(b).then(is_excluded(other).cmp(&is_excluded(one)))
        }
    }
}

fn is_excluded(bound: &Bound<Datum>) -> bool {
    matches!(bound, Bound::Excluded(_))
}
