//! What a table asks of the structures that hold its rows.

use std::ops::Bound;

use crate::entity::{Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::memory::change::Change;
use crate::memory::line::{At, Line};
use crate::memory::span::RangeRef;
use crate::query::Range;
use crate::value::{Datum, DatumRef};

/// A structure that holds every row of a table, or those with a value.
pub(super) trait Index<E: Entity>: Send + Sync {
    /// Carries out some changes, and calls `next` before it unlocks anything.
    fn apply(&self, changes: &[Change<E>], number: u64, next: &mut dyn FnMut());

    /// Carries out some changes that nobody can see yet, with short locks.
    fn apply_apart(&self, changes: &[Change<E>], number: u64) {
        self.apply(changes, number, &mut || ());
    }

    /// Lets go of rows, given with their versions, in the `old` side.
    fn forget(&self, rows: &[(&E, u64)]);

    /// How many rows the `old` side has.
    #[cfg(test)]
    fn n_old(&self) -> usize;
}

/// A structure for lookups by values that no two rows share.
pub(super) trait DistinctIndex<E: Entity>: Index<E> {
    /// The row with these values.
    fn get(&self, values: &[DatumRef<'_>], at: At, line: &Line) -> Option<Versioned<E>>;

    /// The first of some changes that would share its values with another row: with a newest row that `leaves` does
    /// not clear away, or with another of the changes.
    fn clash(
        &self,
        changes: &[Change<E>],
        leaves: &dyn Fn(&Versioned<E>) -> Option<usize>,
    ) -> Option<Clash<E>>;

    /// The row that had the values of `row` at a number.
    fn holder_at(&self, row: &Versioned<E>, number: u64, line: &Line) -> Option<Versioned<E>>;

    /// The values of a row, as an error shows them.
    fn render(&self, row: &Versioned<E>) -> String;

    /// Another one with the newest rows. Called within the turn.
    fn fork(&self) -> Arc<dyn DistinctIndex<E>>;
}

/// Two rows with the same values.
pub(super) struct Clash<E: Entity> {
    /// The change, by its place.
    pub(super) change: usize,
    /// The row that has the values already; `None` where it is another of the changes.
    pub(super) holder: Option<Versioned<E>>,
}

/// A structure for ranges.
pub(super) trait OrderedIndex<E: Entity>: Index<E> {
    /// A walk through some ranges.
    fn walk(self: Arc<Self>, scope: Scope<'_>) -> Result<Box<dyn RangeWalk<E>>>;

    /// Takes the first rows of some ranges in one look of bounded length at the latest: all, as many as are wanted, or
    /// those at the number that it has pinned for the others.
    fn glance(
        &self,
        scope: Scope<'_>,
        line: &Line,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> Result<Begun>;

    /// How many entries some ranges have, at most `most`.
    fn count(&self, ranges: &[Range], most: usize) -> Result<usize>;

    /// Whether a row may stand in several places.
    fn repeats(&self) -> bool;

    /// Another one with the newest rows. Called within the turn.
    fn fork(&self) -> Arc<dyn OrderedIndex<E>>;
}

/// A walk that goes on where it stopped.
pub(super) trait RangeWalk<E: Entity>: Send + Sync {
    /// Takes the first rows in one look of bounded length at the latest, and pins what it looked at where there are more.
    fn begin(&mut self, line: &Line, rows: &mut Vec<Versioned<E>>) -> Begun;

    /// Adds the next rows that are visible at `number`, until `want` are there, in one look of bounded length. Gives
    /// whether it is at the end.
    fn more(&mut self, number: u64, want: usize, rows: &mut Vec<Versioned<E>>) -> bool;
}

/// How a walk of the latest has begun.
pub(super) enum Begun {
    /// These were all that there are, or that are wanted.
    Ended,
    /// There are more, and this number has been pinned for them.
    Pinned(u64),
    /// There are more, and what was visible could not be pinned any more.
    Lost,
}

impl Begun {
    /// Pins what was looked at, if it can be. Called under the lock of the structure.
    pub(super) fn at(number: u64, line: &Line) -> Self {
        if line.try_pin(number) { Self::Pinned(number) } else { Self::Lost }
    }
}

/// Which part of an ordered structure to walk, and in which direction.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) ranges: Ranges<'a>,
    /// From the last to the first.
    pub(super) descending: bool,
    /// Only what comes behind this place.
    pub(super) after: Option<After<'a>>,
}

impl<'a> Scope<'a> {
    /// The range that is walked after so many others.
    pub(super) fn nth(self, n: usize) -> Option<RangeRef<'a>> {
        match self.ranges {
            Ranges::These(ranges) if self.descending => ranges.iter().nth_back(n).map(RangeRef::from),
            Ranges::These(ranges) => ranges.get(n).map(RangeRef::from),
            Ranges::Within(low, high) => (n == 0).then_some(RangeRef { prefix: &[], low, high }),
        }
    }
}

/// Ranges of an ordered structure.
#[derive(Clone, Copy)]
pub(super) enum Ranges<'a> {
    /// These, ascending and apart.
    These(&'a [Range]),
    /// One, of the first column.
    Within(Bound<&'a Datum>, Bound<&'a Datum>),
}

/// A place in an ordered structure.
#[derive(Clone, Copy)]
pub(super) struct After<'a> {
    pub(super) values: &'a [Datum],
    pub(super) key: &'a [Datum],
}

/// A plan whose values are not of the types of the fields that it names.
pub(super) fn mistyped<E: Entity>() -> Error {
    Error::bug("a plan compares a field with a value of another type")
        .with_collection(E::DESCRIPTOR.collection)
}
