//! How a query is carried out: an access path, and what is left to do on the rows that it gives.

use std::ops::Bound;

use crate::entity::Descriptor;
use crate::env::sync::Arc;
use crate::query::predicate::{Predicate, Query};
use crate::value::Datum;

/// A query, ready to be carried out.
///
/// A storage that has its own planner reads `query` alone; one that walks its indexes reads `access`, `residual` and
/// `sorted`, and takes order, offset and limit from `query`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// What was asked.
    pub query: Query,
    /// Where the rows come from.
    pub access: Access,
    /// What is still to be tested of each row.
    pub residual: Predicate,
    /// Whether the rows come in the query's order already.
    pub sorted: bool,
    /// Keys to leave out: rows that the asking transaction has written itself. Sorted.
    pub except: Arc<[Box<[Datum]>]>,
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
    /// Ranges of an ordered index, in its order, ties by key; or of an index of elements, where a row comes once.
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

/// Which access paths a storage walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Index ranges, distinct lookups and lookups by key; without it there is only the scan.
    pub indexes: bool,
    /// Rows in the order of an index or of the key.
    pub ordered: bool,
}

/// Chooses how `query` is carried out. `estimate` says about how many entries a path would walk, where that is known.
///
/// It is a pure function: the same arguments give the same plan.
pub fn plan(
    query: Query,
    descriptor: &Descriptor,
    paths: Paths,
    estimate: &dyn Fn(&Access) -> Option<usize>,
    except: Arc<[Box<[Datum]>]>,
) -> Plan {
    let _ = (descriptor, paths, estimate);
    Plan { residual: query.filter.clone(), query, access: Access::Scan, sorted: false, except }
}
