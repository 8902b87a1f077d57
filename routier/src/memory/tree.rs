//! An ordered structure: a B-tree of the newest rows, and one of the old ones.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use crate::entity::{Entity, Versioned};
use crate::memory::old::Old;
use crate::memory::span::Span;

/// Rows by their place in an order, in which no two newest rows have the same place.
pub(super) struct Tree<E: Entity, A> {
    main: BTreeMap<A, Versioned<E>>,
    /// By place and version.
    old: BTreeMap<(A, u64), Old>,
    /// No row in `main` has a higher version.
    newest: u64,
}

/// For how many rows room is made at first.
pub(super) const FIRST: usize = 16;

/// How far one look under the lock goes.
pub(super) struct Look<'a, E: Entity> {
    /// At this number.
    pub(super) number: u64,
    pub(super) descending: bool,
    /// How many entries may still be passed.
    pub(super) visits: usize,
    /// How many rows are wanted, with those that are there.
    pub(super) want: usize,
    pub(super) rows: &'a mut Vec<Versioned<E>>,
}

impl<E: Entity> Look<'_, E> {
    fn is_over(&self) -> bool {
        self.visits == 0 || self.rows.len() >= self.want
    }
}

impl<E: Entity, A: Ord + Clone> Tree<E, A> {
    pub(super) fn new() -> Self {
        Self { main: BTreeMap::new(), old: BTreeMap::new(), newest: 0 }
    }

    /// Another one with the newest rows.
    pub(super) fn fork(&self) -> Self {
        Self { main: self.main.clone(), old: BTreeMap::new(), newest: self.newest }
    }

    /// Notes that rows of this version are about to be put. At a number from there on, all newest rows are visible and
    /// need not be asked.
    pub(super) fn expect(&mut self, version: u64) {
        self.newest = self.newest.max(version);
    }

    /// Puts a newest row, in place of another with `archive`, the number of the commit, where that is to be kept.
    pub(super) fn put(&mut self, place: A, row: Versioned<E>, archive: Option<u64>) {
        let Some(removed) = archive else {
            self.main.insert(place, row);
            return;
        };
        if let Some(row) = self.main.insert(place.clone(), row) {
            self.archive(place, Old::new(row, removed));
        }
    }

    /// Takes a newest row away; see [`Tree::put`].
    pub(super) fn take(&mut self, place: A, archive: Option<u64>) {
        let row = self.main.remove(&place);
        if let (Some(row), Some(removed)) = (row, archive) {
            self.archive(place, Old::new(row, removed));
        }
    }

    pub(super) fn archive(&mut self, place: A, old: Old) {
        self.old.insert((place, old.version()), old);
    }

    pub(super) fn forget(&mut self, place: A, version: u64) {
        self.old.remove(&(place, version));
        if self.old.is_empty() {
            // An emptied map keeps a node.
            self.old = BTreeMap::new();
        }
    }

    pub(super) fn n_old(&self) -> usize {
        self.old.len()
    }

    /// How many newest entries lie within, at most `most`. The span shrinks to what was not counted.
    pub(super) fn count(&self, span: &mut Span<A>, most: usize) -> usize {
        if span.is_empty() {
            return 0;
        }
        let (mut count, mut last) = (0, None);
        for (place, _) in self.main.range((span.low.as_ref(), span.high.as_ref())).take(most) {
            count += 1;
            last = Some(place);
        }
        if let Some(last) = last.filter(|_| count == most).cloned() {
            span.pass(last, false);
        }
        count
    }

    /// Walks through `span` to its end, or breaks off where the look is over: behind the place that it gives, or before
    /// it has begun.
    pub(super) fn look(&self, span: &Span<A>, look: &mut Look<'_, E>) -> ControlFlow<Option<&A>> {
        if span.is_empty() {
            return ControlFlow::Continue(());
        }
        if look.is_over() {
            return ControlFlow::Break(None);
        }
        let last = if self.old.is_empty() {
            self.walk(span, look)
        } else {
            let main = self.main.range((span.low.as_ref(), span.high.as_ref()));
            let old = self.old.range((versions(&span.low, 0, u64::MAX), versions(&span.high, u64::MAX, 0)));
            if look.descending { merge(main.rev(), old.rev(), look) } else { merge(main, old, look) }
        };
        last.map_or(ControlFlow::Continue(()), |last| ControlFlow::Break(Some(last)))
    }

    /// Gives the last place that was passed, where the look was over before the end.
    fn walk(&self, span: &Span<A>, look: &mut Look<'_, E>) -> Option<&A> {
        let are_visible = self.newest <= look.number;
        if span.is_whole() {
            // A map looks for both ends of a range at once, and for those of all that it has when they are needed.
            let main = self.main.iter();
            if look.descending { walk(main.rev(), look, are_visible) } else { walk(main, look, are_visible) }
        } else {
            let main = self.main.range((span.low.as_ref(), span.high.as_ref()));
            if look.descending { walk(main.rev(), look, are_visible) } else { walk(main, look, are_visible) }
        }
    }
}

/// A bound among places and versions: `included` and `excluded` are the versions that make it so.
fn versions<A: Clone>(bound: &Bound<A>, included: u64, excluded: u64) -> Bound<(A, u64)> {
    match bound {
        Bound::Included(place) => Bound::Included((place.clone(), included)),
        Bound::Excluded(place) => Bound::Excluded((place.clone(), excluded)),
        Bound::Unbounded => Bound::Unbounded,
    }
}

/// Gives the last place that was passed, where the look was over before the end.
fn walk<'t, E: Entity, A>(
    main: impl Iterator<Item = (&'t A, &'t Versioned<E>)>,
    look: &mut Look<'_, E>,
    are_visible: bool,
) -> Option<&'t A> {
    if are_visible {
        let most = look.visits.min(look.want.saturating_sub(look.rows.len()));
        let before = look.rows.len();
        let mut last = None;
        look.rows.reserve(most.min(FIRST));
        for (place, row) in main.take(most) {
            look.rows.push(row.clone());
            last = Some(place);
        }
        let n = look.rows.len() - before;
        look.visits -= n;
        return last.filter(|_| n == most);
    }
    for (place, row) in main {
        look.visits = look.visits.saturating_sub(1);
        if row.version() <= look.number {
            look.rows.push(row.clone());
        }
        if look.is_over() {
            return Some(place);
        }
    }
    None
}

/// The same over both sides. All that has one place is passed in one look, so that the next can begin behind it.
fn merge<'t, E: Entity, A: Ord>(
    main: impl Iterator<Item = (&'t A, &'t Versioned<E>)>,
    old: impl Iterator<Item = (&'t (A, u64), &'t Old)>,
    look: &mut Look<'_, E>,
) -> Option<&'t A> {
    let (mut main, mut old) = (main.peekable(), old.peekable());
    let mut last: Option<&'t A> = None;
    loop {
        let takes_main = match (main.peek(), old.peek()) {
            (None, None) => return None,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some((place, _)), Some(((old_place, _), _))) if look.descending => *place >= old_place,
            (Some((place, _)), Some(((old_place, _), _))) => *place <= old_place,
        };
        let place = if takes_main { main.peek()?.0 } else { &old.peek()?.0.0 };
        if look.is_over() && last.is_some_and(|last| last != place) {
            return last;
        }
        last = Some(place);
        look.visits = look.visits.saturating_sub(1);
        if takes_main {
            let (_, row) = main.next()?;
            look.rows.extend((row.version() <= look.number).then(|| row.clone()));
        } else {
            let (_, old) = old.next()?;
            look.rows.extend(old.row_at(look.number));
        }
    }
}
