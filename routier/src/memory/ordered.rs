//! Ordered indexes: over fields, over the elements of a list, and over the key.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::entity::{Entity, Versioned};
use crate::env::sync::{Arc, RwLock, RwLockWriteGuard};
use crate::error::Result;
use crate::memory::change::Change;
use crate::memory::index::{After, Begun, Index, OrderedIndex, RangeWalk, Scope, mistyped};
use crate::memory::line::{At, Line};
use crate::memory::old::Old;
use crate::memory::span::{self, RangeRef, Span};
use crate::memory::tree::{Look, Tree};
use crate::query::Range;
use crate::value::{Columns, Edge, Single};

/// How many entries are passed under one lock. In tests few, so that walks stop everywhere.
pub(super) const LOOK: usize = if cfg!(any(test, routier_shuttle)) { 5 } else { 256 };

/// How many entries are counted under one lock, which is faster than to look at them.
const COUNTED: usize = 4 * LOOK;

/// Where a row stands in an order.
pub(super) trait Order<E: Entity>: Clone + Send + Sync + 'static {
    type Place: Ord + Clone + Send + Sync + 'static;
    /// Whether a row may stand in several places.
    const REPEATS: bool = false;

    /// Shows what becomes of the places of a row.
    fn steps(&self, old: Option<&E>, new: Option<&E>, show: &mut dyn FnMut(Step<Self::Place>));
    fn span(&self, range: RangeRef<'_>) -> Option<Span<Self::Place>>;
    fn place(&self, place: After<'_>) -> Option<Self::Place>;
}

/// What becomes of a place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step<A> {
    /// The old row stood there, and the new one does.
    Stays(A),
    /// The old row stood there.
    Goes(A),
    /// The new row stands there.
    Comes(A),
}

/// By key.
#[derive(Clone)]
pub(super) struct OfKey;

/// By the values of fields, ties by key.
pub(super) struct OfFields<E: Entity, C: Columns>(pub(super) for<'a> fn(&'a E) -> C::Ref<'a>);

/// By each of the different elements of a list, ties by key.
pub(super) struct OfElements<E: Entity, T: Single>(pub(super) for<'a> fn(&'a E) -> &'a [T]);

impl<E: Entity, C: Columns> Clone for OfFields<E, C> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<E: Entity, T: Single> Clone for OfElements<E, T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<E: Entity> Order<E> for OfKey {
    type Place = <E::Key as Columns>::Ordered;

    fn steps(&self, old: Option<&E>, new: Option<&E>, show: &mut dyn FnMut(Step<Self::Place>)) {
        match (old, new) {
            (Some(_), Some(new)) => show(Step::Stays(E::Key::own(new.key()))),
            (Some(old), None) => show(Step::Goes(E::Key::own(old.key()))),
            (None, Some(new)) => show(Step::Comes(E::Key::own(new.key()))),
            (None, None) => {}
        }
    }

    fn span(&self, range: RangeRef<'_>) -> Option<Span<Self::Place>> {
        span::of_key::<E::Key>(range)
    }

    fn place(&self, place: After<'_>) -> Option<Self::Place> {
        E::Key::probe(place.key, Edge::Least)
    }
}

impl<E: Entity, C: Columns> Order<E> for OfFields<E, C> {
    type Place = (C::Ordered, <E::Key as Columns>::Ordered);

    fn steps(&self, old: Option<&E>, new: Option<&E>, show: &mut dyn FnMut(Step<Self::Place>)) {
        let place = |row: &E| (C::own((self.0)(row)), E::Key::own(row.key()));
        match (old, new) {
            (Some(old), Some(new)) if C::same((self.0)(old), (self.0)(new)) => show(Step::Stays(place(new))),
            (old, new) => {
                if let Some(old) = old {
                    show(Step::Goes(place(old)));
                }
                if let Some(new) = new {
                    show(Step::Comes(place(new)));
                }
            }
        }
    }

    fn span(&self, range: RangeRef<'_>) -> Option<Span<Self::Place>> {
        span::of_index::<C, E::Key>(range)
    }

    fn place(&self, place: After<'_>) -> Option<Self::Place> {
        Some((C::probe(place.values, Edge::Least)?, E::Key::probe(place.key, Edge::Least)?))
    }
}

impl<E: Entity, T: Single> Order<E> for OfElements<E, T> {
    type Place = (<T as Single>::Ordered, <E::Key as Columns>::Ordered);
    const REPEATS: bool = true;

    fn steps(&self, old: Option<&E>, new: Option<&E>, show: &mut dyn FnMut(Step<Self::Place>)) {
        let elements = |row: Option<&E>| {
            let elements = row.map_or(&[] as &[T], |row| (self.0)(row));
            let mut elements: Vec<_> = elements.iter().map(|element| T::own(element.view())).collect();
            elements.sort_unstable();
            elements.dedup();
            elements
        };
        let Some(key) = new.or(old).map(|row| E::Key::own(row.key())) else { return };
        let (old, new) = (elements(old), elements(new));
        for element in &old {
            let stays = new.binary_search(element).is_ok();
            let place = (element.clone(), key.clone());
            show(if stays { Step::Stays(place) } else { Step::Goes(place) });
        }
        for element in new {
            if old.binary_search(&element).is_err() {
                show(Step::Comes((element, key.clone())));
            }
        }
    }

    fn span(&self, range: RangeRef<'_>) -> Option<Span<Self::Place>> {
        span::of_index::<T, E::Key>(range)
    }

    fn place(&self, place: After<'_>) -> Option<Self::Place> {
        Some((<T as Columns>::probe(place.values, Edge::Least)?, E::Key::probe(place.key, Edge::Least)?))
    }
}

/// An ordered index.
pub(super) struct Ordered<E: Entity, O: Order<E>> {
    tree: RwLock<Tree<E, O::Place>>,
    order: O,
}

impl<E: Entity, O: Order<E>> Ordered<E, O> {
    pub(super) fn new(order: O) -> Self {
        Self { tree: RwLock::new(Tree::new()), order }
    }

    /// Takes over rows from another structure, which `copy` takes out while this one is locked.
    pub(super) fn fill(&self, copy: impl FnOnce() -> (Vec<Versioned<E>>, Vec<Old>)) {
        let mut tree = self.tree.write();
        let (rows, old) = copy();
        for row in rows {
            tree.expect(row.version());
            self.order.steps(None, Some(row.entity()), &mut |step| {
                if let Step::Comes(place) = step {
                    tree.put(place, row.clone(), None);
                }
            });
        }
        for old in old {
            self.order.steps(old.entity(), None, &mut |step| {
                if let Step::Goes(place) = step {
                    tree.archive(place, old.clone());
                }
            });
        }
    }

    /// The spans of a scope, in the order in which it is walked.
    fn spans<'a>(&'a self, scope: Scope<'a>) -> impl Iterator<Item = Result<Span<O::Place>>> + 'a {
        (0..).map_while(move |n| self.span(scope, n).transpose())
    }

    /// The span that is walked after so many others.
    fn span(&self, scope: Scope<'_>, n: usize) -> Result<Option<Span<O::Place>>> {
        let Some(range) = scope.nth(n) else { return Ok(None) };
        let mut span = self.order.span(range).ok_or_else(mistyped::<E>)?;
        if let Some(after) = scope.after {
            span.pass(self.order.place(after).ok_or_else(mistyped::<E>)?, scope.descending);
        }
        Ok(Some(span))
    }

    fn change(
        tree: &mut RwLockWriteGuard<'_, Tree<E, O::Place>>,
        change: &Change<E>,
        step: Step<O::Place>,
        number: u64,
    ) {
        let archive = change.keep.then_some(number);
        match (step, &change.new) {
            (Step::Goes(place), _) => tree.take(place, archive),
            (Step::Stays(place) | Step::Comes(place), Some(new)) => tree.put(place, new.clone(), archive),
            (Step::Stays(_) | Step::Comes(_), None) => {}
        }
    }
}

impl<E: Entity, O: Order<E>> Index<E> for Ordered<E, O> {
    fn apply(&self, changes: &[Change<E>], number: u64, next: &mut dyn FnMut()) {
        fn entity<E: Entity>(row: &Option<Versioned<E>>) -> Option<&E> {
            row.as_ref().map(Versioned::entity)
        }
        let mut tree = self.tree.write();
        tree.expect(number);
        for change in changes {
            self.order.steps(entity(&change.old), entity(&change.new), &mut |step| {
                Self::change(&mut tree, change, step, number);
            });
        }
        next();
    }

    fn forget(&self, rows: &[(&E, u64)]) {
        let mut tree = self.tree.write();
        if tree.n_old() == 0 {
            return;
        }
        for (row, version) in rows {
            self.order.steps(Some(row), None, &mut |step| {
                if let Step::Goes(place) = step {
                    tree.forget(place, *version);
                }
            });
        }
    }

    #[cfg(test)]
    fn n_old(&self) -> usize {
        self.tree.read().n_old()
    }
}

impl<E: Entity, O: Order<E>> OrderedIndex<E> for Ordered<E, O> {
    fn walk(self: Arc<Self>, scope: Scope<'_>) -> Result<Box<dyn RangeWalk<E>>> {
        let spans = self.spans(scope).collect::<Result<_>>()?;
        Ok(Box::new(Walk { index: self, spans, descending: scope.descending }))
    }

    fn glance(
        &self,
        scope: Scope<'_>,
        line: &Line,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> Result<Begun> {
        // Most have one range, whose ends are made before the lock is taken.
        let mut spans = self.spans(scope);
        let mut next = spans.next().transpose()?;
        let tree = self.tree.read();
        let number = line.number(At::Latest);
        let mut look = Look { number, descending: scope.descending, visits: LOOK, want, rows };
        while let Some(span) = next {
            if tree.look(&span, &mut look).is_break() {
                let is_enough = look.rows.len() >= want;
                return Ok(if is_enough { Begun::Ended } else { Begun::at(number, line) });
            }
            next = spans.next().transpose()?;
        }
        Ok(Begun::Ended)
    }

    fn count(&self, ranges: &[Range], most: usize) -> Result<usize> {
        let mut count = 0;
        for range in ranges {
            let mut span = self.order.span(range.into()).ok_or_else(mistyped::<E>)?;
            while count < most {
                let step = COUNTED.min(most - count);
                let counted = self.tree.read().count(&mut span, step);
                count += counted;
                if counted < step {
                    break;
                }
            }
        }
        Ok(count)
    }

    fn repeats(&self) -> bool {
        O::REPEATS
    }

    fn fork(&self) -> Arc<dyn OrderedIndex<E>> {
        Arc::new(Self { tree: RwLock::new(self.tree.read().fork()), order: self.order.clone() })
    }
}

/// A walk through an ordered index.
struct Walk<E: Entity, O: Order<E>> {
    index: Arc<Ordered<E, O>>,
    /// What is still to be walked.
    spans: VecDeque<Span<O::Place>>,
    descending: bool,
}

impl<E: Entity, O: Order<E>> Walk<E, O> {
    fn look(&mut self, tree: &Tree<E, O::Place>, mut look: Look<'_, E>) -> bool {
        while let Some(span) = self.spans.front_mut() {
            if let ControlFlow::Break(last) = tree.look(span, &mut look) {
                if let Some(last) = last {
                    span.pass(last.clone(), look.descending);
                }
                return false;
            }
            self.spans.pop_front();
        }
        true
    }
}

impl<E: Entity, O: Order<E>> RangeWalk<E> for Walk<E, O> {
    fn begin(&mut self, line: &Line, rows: &mut Vec<Versioned<E>>) -> Begun {
        let index = Arc::clone(&self.index);
        let tree = index.tree.read();
        let number = line.number(At::Latest);
        let descending = self.descending;
        if self.look(&tree, Look { number, descending, visits: LOOK, want: usize::MAX, rows }) {
            Begun::Ended
        } else {
            Begun::at(number, line)
        }
    }

    fn more(&mut self, number: u64, want: usize, rows: &mut Vec<Versioned<E>>) -> bool {
        let index = Arc::clone(&self.index);
        let tree = index.tree.read();
        let descending = self.descending;
        self.look(&tree, Look { number, descending, visits: LOOK, want, rows })
    }
}
