//! How a query is carried out: an access path, and what is left to do on the rows that it gives.

mod anchor;
mod arms;
mod choice;
mod conjunction;
mod direct;
mod normal;
mod order;
mod path;
mod ranges;
mod rank;
mod set;

use std::ops::Bound;

use crate::entity::Descriptor;
use crate::env::sync::Arc;
pub(crate) use crate::query::plan::anchor::Anchor;
use crate::query::plan::choice::{Costs, choose};
use crate::query::plan::conjunction::Conjunction;
pub(crate) use crate::query::plan::direct::Direct;
use crate::query::plan::normal::normal;
use crate::query::plan::order::Wanted;
use crate::query::predicate::{Position, Predicate, Query};
use crate::value::Datum;

/// A query, ready to be carried out: what `explain()` gives. `Display` shows it for a person to read.
///
/// A storage that has its own planner reads `query` alone. One that walks its indexes takes the rows of `access`, leaves
/// out those in `except`, those that fail `residual`, and those that are not behind `query.after`
/// ([`eval::compare_position`](crate::query::eval::compare_position)); then it sorts them where
/// [`Plan::needs_sort`] says so, and takes offset and limit from `query`. A plan that needs no sort may stop at the limit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// What was asked.
    pub query: Query,
    /// Of which collection.
    pub descriptor: &'static Descriptor,
    /// Where the rows come from.
    pub access: Access,
    /// What is still to be tested of each row.
    pub residual: Predicate,
    /// Whether the access path gives the rows in the query's order already, ties by key included.
    pub sorted: bool,
    /// Where a walk may begin so that a page at any depth costs what the first did: set when `query.after` is, and the
    /// walk of an ordered index or of the key is `sorted`. `values` are those of the index's columns (none for a
    /// [`Access::KeyRange`]), `key` is the key: the walk begins at the first entry after `(values, key)`, or when
    /// descending at the last entry before it, still within the ranges. A storage that cannot seek walks from the start
    /// and compares.
    pub seek: Option<Arc<Position>>,
    /// Keys to leave out: rows that the asking transaction has written itself. Sorted.
    pub except: Arc<[Box<[Datum]>]>,
    /// What a database is told, where the plan is for people: see [`Storage::describe`](crate::Storage::describe).
    pub statement: Option<Arc<str>>,
}

impl Plan {
    /// The plan that any storage can carry out: look at every row, then sort.
    pub fn scan(query: Query, descriptor: &'static Descriptor, except: Arc<[Box<[Datum]>]>) -> Self {
        let residual = query.filter.clone();
        Self {
            query,
            descriptor,
            access: Access::Scan,
            residual,
            sorted: false,
            seek: None,
            except,
            statement: None,
        }
    }

    /// Whether rows may be looked at that are not part of the result, however many the collection has: there was no
    /// path, or only one in the right order.
    pub fn is_scan(&self) -> bool {
        match &self.access {
            Access::Scan => true,
            Access::KeyRange { ranges, .. } | Access::Index { ranges, .. } => {
                ranges.iter().any(Range::is_whole) && !matches!(self.residual, Predicate::All)
            }
            _ => false,
        }
    }

    /// The names of the columns of the index that is used: an ordered, a distinct or a list's one. `None` where the rows
    /// come by key, from several indexes, or from a scan.
    pub fn index(&self) -> Option<Vec<&'static str>> {
        match &self.access {
            Access::Index { index, .. } | Access::Distinct { index, .. } => {
                let index = self.descriptor.indexes.get(usize::from(*index))?;
                Some(self.descriptor.field_names(index.fields))
            }
            _ => None,
        }
    }

    /// Whether the rows come in the query's order without being sorted.
    pub fn is_sorted(&self) -> bool {
        self.sorted
    }

    /// Whether the rows have to be sorted after they were found: they do not come in order, and it matters.
    pub fn needs_sort(&self) -> bool {
        !self.sorted && !self.query.unordered
    }
}

/// Where the rows of a plan come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Access {
    /// Nowhere: no row can pass.
    Nothing,
    /// Every row, in any order.
    Scan,
    /// Rows by key, in the order given.
    Keys(Vec<Vec<Datum>>),
    /// Ranges of keys, in key order.
    KeyRange {
        /// The ranges, ascending and apart.
        ranges: Vec<Range>,
        /// From the last to the first.
        descending: bool,
    },
    /// Rows by the values of a distinct index, in the order given.
    Distinct {
        /// The index.
        index: u16,
        /// The values.
        values: Vec<Vec<Datum>>,
    },
    /// Ranges of an ordered index, in its order, ties by key; or of an index of elements, where a row comes once, in any
    /// order, but by key where the range is of a single element.
    Index {
        /// The index.
        index: u16,
        /// The ranges, ascending and apart.
        ranges: Vec<Range>,
        /// From the last to the first.
        descending: bool,
    },
    /// Rows of any of the paths, each once.
    Union(Vec<Access>),
}

/// A range of an index or of the key: equal in the first columns, within bounds in the next, open in the rest.
///
/// Columns compare as [`Datum`] does, `None` first: `None` in the prefix finds absent values, an open `low` takes them
/// in, and `Bound::Excluded(Datum::None)` leaves them out. Every value is of its column's type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Range {
    /// The values of the first columns.
    pub prefix: Vec<Datum>,
    /// From here in the next column.
    pub low: Bound<Datum>,
    /// To here in the next column.
    pub high: Bound<Datum>,
}

impl Range {
    /// Everything there is.
    pub fn whole() -> Self {
        Self::of(Vec::new())
    }

    /// Equal in the first columns, open in the rest.
    pub fn of(prefix: Vec<Datum>) -> Self {
        Self { prefix, low: Bound::Unbounded, high: Bound::Unbounded }
    }

    /// Equal in the first columns, within bounds in the next.
    pub fn within(prefix: Vec<Datum>, low: Bound<Datum>, high: Bound<Datum>) -> Self {
        Self { prefix, low, high }
    }

    /// Whether it holds every entry.
    pub fn is_whole(&self) -> bool {
        self.prefix.is_empty() && self.low == Bound::Unbounded && self.high == Bound::Unbounded
    }
}

/// Which access paths a storage walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Index ranges, distinct lookups and lookups by key; without it there is only the scan.
    pub indexes: bool,
    /// Rows in the order of an index or of the key.
    pub ordered: bool,
}

/// Chooses how `query` is carried out. `estimate` says about how many entries a path would walk, where that is known; it
/// may stop counting at the number that it is given. It is asked only where there is a choice.
///
/// It is a pure function: the same arguments give the same plan. The query should have passed
/// [`check_query`](crate::query::check_query); what would not have is never misread, only found by a scan.
///
/// Cost: the size of the filter. Where an `&` has several paths the cheapest is taken, and an `|` has a path when each of
/// its arms has one.
pub fn plan(
    query: Query,
    descriptor: &'static Descriptor,
    paths: Paths,
    estimate: &dyn Fn(&Access, usize) -> Option<usize>,
    except: Arc<[Box<[Datum]>]>,
) -> Plan {
    let filter = normal(&query.filter, descriptor);
    let conjunction = if query.limit == Some(0) { None } else { Conjunction::of(filter, descriptor) };
    let Some(conjunction) = conjunction else {
        let (access, residual) = (Access::Nothing, Predicate::All);
        return Plan {
            query,
            descriptor,
            access,
            residual,
            sorted: true,
            seek: None,
            except,
            statement: None,
        };
    };
    let wanted = Wanted::of(&query.order, &conjunction, descriptor);
    let costs = Costs::by(estimate);
    let (path, direction) = choose(&conjunction, &query, &wanted, paths, &costs, descriptor);
    let access = if direction == Some(true) { path.access.turned() } else { path.access };
    let seek = match &query.after {
        Some(after) if direction.is_some() => wanted.seek(&access, after).map(Arc::new),
        _ => None,
    };
    let residual = conjunction.without(&path.covered);
    Plan { access, residual, sorted: direction.is_some(), seek, query, descriptor, except, statement: None }
}

impl Access {
    /// The same rows, from the last to the first.
    fn turned(mut self) -> Self {
        match &mut self {
            Self::Keys(points) | Self::Distinct { values: points, .. } => points.reverse(),
            Self::KeyRange { descending, .. } | Self::Index { descending, .. } => *descending = !*descending,
            Self::Nothing | Self::Scan | Self::Union(_) => {}
        }
        self
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
