//! The rows that an access path names, in its order.

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::entity::{Entity, Versioned};
use crate::error::Result;
use crate::memory::index::{After, Begun, OrderedIndex, RangeWalk, Ranges, Scope};
use crate::memory::line::{At, Line};
use crate::memory::scan::{Scan, address};
use crate::memory::table::Table;
use crate::query::{Access, Range};
use crate::value::{Datum, DatumRef};

/// How far an access path has been walked.
pub(super) enum Source<E: Entity> {
    End,
    Scan(Box<Scan>),
    /// So many of the lookups have been made.
    Lookups(usize),
    Ranges(Box<dyn RangeWalk<E>>, Option<Box<Seen>>),
    /// So many of the paths have been begun.
    Union(usize, Box<(Source<E>, Seen)>),
}

/// The rows that were given, by where they stand in memory.
#[derive(Default)]
pub(super) struct Seen(HashSet<usize, FixedState>);

impl Seen {
    /// Takes out of the rows from `begin` on those that were there before.
    fn drop_repeats<E: Entity>(&mut self, rows: &mut Vec<Versioned<E>>, begin: usize) {
        let mut new = rows.split_off(begin.min(rows.len()));
        new.retain(|row| self.0.insert(address(row)));
        rows.append(&mut new);
    }
}

impl<E: Entity> Source<E> {
    pub(super) fn open(table: &Table<E>, access: &Access, after: Option<After<'_>>) -> Result<Self> {
        Ok(match access {
            Access::Nothing => Self::End,
            Access::Scan => Self::Scan(Box::default()),
            Access::Keys(_) | Access::Distinct { .. } => Self::Lookups(0),
            Access::KeyRange { ranges, descending } => {
                let scope = Scope { ranges: Ranges::These(ranges), descending: *descending, after };
                Self::Ranges(table.key_order().walk(scope)?, None)
            }
            Access::Index { index, ranges, descending } => {
                let index = table.ordered(*index)?;
                let seen = (index.repeats() && !is_point(ranges)).then(Box::default);
                let scope = Scope { ranges: Ranges::These(ranges), descending: *descending, after };
                Self::Ranges(index.clone().walk(scope)?, seen)
            }
            Access::Union(_) => Self::Union(0, Box::new((Self::End, Seen::default()))),
        })
    }

    /// Begins to walk the latest, where that is one structure in which no row comes twice: see [`RangeWalk::begin`].
    pub(super) fn begin(&mut self, line: &Line, rows: &mut Vec<Versioned<E>>) -> Begun {
        match self {
            Self::End => Begun::Ended,
            Self::Ranges(walk, None) => walk.begin(line, rows),
            _ => Begun::Lost,
        }
    }

    /// Adds the next rows that are visible at `number`, until about `want` are there. Gives whether it is at the end.
    pub(super) fn more(
        &mut self,
        table: &Table<E>,
        access: &Access,
        number: u64,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> Result<bool> {
        Ok(match (self, access) {
            (Self::End, _) => true,
            (Self::Scan(scan), _) => scan.more(table.primary(), number, want, rows),
            (Self::Ranges(walk, seen), _) => {
                let begin = rows.len();
                let is_over = walk.more(number, want, rows);
                if let Some(seen) = seen {
                    seen.drop_repeats(rows, begin);
                }
                is_over
            }
            (Self::Lookups(done), Access::Keys(keys)) => {
                look_up(keys, done, want, rows, |key| table.get_erased(key, At::Snapshot(number)))
            }
            (Self::Lookups(done), Access::Distinct { index, values }) => {
                look_up(values, done, want, rows, |values| table.get_by(*index, values, At::Snapshot(number)))
            }
            (Self::Union(begun, path), Access::Union(paths)) => {
                let (path, seen) = &mut **path;
                let current = begun.checked_sub(1).and_then(|current| paths.get(current));
                let begin = rows.len();
                let is_over = match current {
                    Some(access) => path.more(table, access, number, want, rows)?,
                    None => true,
                };
                seen.drop_repeats(rows, begin);
                if !is_over {
                    return Ok(false);
                }
                let Some(next) = paths.get(*begun) else { return Ok(true) };
                *path = Self::open(table, next, None)?;
                *begun += 1;
                false
            }
            (Self::Lookups(_) | Self::Union(..), _) => true,
        })
    }
}

/// Whether the ranges are of one value only, so that no row can come twice.
pub(super) fn is_point(ranges: &[Range]) -> bool {
    matches!(ranges, [range] if !range.prefix.is_empty())
}

fn look_up<E: Entity>(
    asked: &[Vec<Datum>],
    done: &mut usize,
    want: usize,
    rows: &mut Vec<Versioned<E>>,
    find: impl Fn(&[DatumRef<'_>]) -> Option<Versioned<E>>,
) -> bool {
    while let Some(values) = asked.get(*done) {
        if rows.len() >= want {
            return false;
        }
        rows.extend(with_refs(values, &find));
        *done += 1;
    }
    true
}

/// Hands over the values borrowed, without allocating.
pub(super) fn with_refs<R>(values: &[Datum], read: impl FnOnce(&[DatumRef<'_>]) -> Option<R>) -> Option<R> {
    let mut refs = [DatumRef::None; 8];
    for (place, value) in refs.iter_mut().zip(values) {
        *place = value.as_ref();
    }
    refs.get(..values.len()).and_then(read)
}
