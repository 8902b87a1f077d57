//! A query without types: what planner, evaluation, storages and live queries share.

use std::fmt;
use std::ops::Bound;

use crate::entity::RowRef;
use crate::env::sync::Arc;
use crate::query::order::Terms;
use crate::value::Datum;

/// How deep `&`, `|` and `!` may be nested, runs of one operator counting once.
pub const MAX_DEPTH: u16 = 128;

/// A test of a row. Two-valued: on an absent value every test but [`Predicate::Absent`] is false.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Predicate {
    /// True.
    #[default]
    All,
    /// False.
    Nothing,
    /// The field equals the value.
    Equal {
        /// The field.
        field: u16,
        /// The value.
        value: Datum,
    },
    /// The field lies within the bounds, one of which may be open.
    Within {
        /// The field.
        field: u16,
        /// From here.
        low: Bound<Datum>,
        /// To here.
        high: Bound<Datum>,
    },
    /// The field equals one of the values, which are sorted and different.
    OneOf {
        /// The field.
        field: u16,
        /// The values.
        values: Arc<[Datum]>,
    },
    /// The field is `None`.
    Absent {
        /// The field.
        field: u16,
    },
    /// The text begins with the prefix.
    StartsWith {
        /// The field.
        field: u16,
        /// The prefix.
        prefix: Box<str>,
    },
    /// The list holds at least one of the values, which are sorted and different.
    Contains {
        /// The field.
        field: u16,
        /// The values.
        values: Arc<[Datum]>,
    },
    /// The list is empty.
    Empty {
        /// The field.
        field: u16,
    },
    /// A closure of the user's.
    Scan(ScanFn),
    /// All of them.
    And(Vec<Predicate>),
    /// At least one of them.
    Or(Vec<Predicate>),
    /// Not it.
    Not(Box<Predicate>),
    /// What was nested deeper than [`MAX_DEPTH`]; a query with it is refused.
    TooDeep,
}

/// A user's own test of a row.
#[derive(Clone)]
pub struct ScanFn(pub Arc<dyn Fn(RowRef<'_>) -> bool + Send + Sync>);

impl fmt::Debug for ScanFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closure")
    }
}

/// A query: filter, then order, then offset, then limit.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Query {
    /// Which rows.
    pub filter: Predicate,
    /// In which order; empty for the order of keys. Ties are ordered by key, in the direction of the last term.
    pub order: Terms,
    /// How many to pass over.
    pub offset: u64,
    /// How many at most.
    pub limit: Option<u64>,
    /// Only what comes after this place in the order.
    pub after: Option<Arc<Position>>,
    /// The order of the rows does not matter to who asks: he counts them, or takes the least of them. Whatever depends
    /// on the order, as a sum over the first ten does, must leave it `false`.
    pub unordered: bool,
}

/// A place in an order: a row's values of the order's fields, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The values of the order's fields, in its order.
    pub values: Vec<Datum>,
    /// The values of the key.
    pub key: Vec<Datum>,
}

impl Predicate {
    /// Both.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::TooDeep, _) | (_, Self::TooDeep) => Self::TooDeep,
            (Self::All, other) | (other, Self::All) => other,
            (Self::And(left), Self::And(right)) => Self::And(joined(left, right)),
            (Self::And(parts), other) => nested([other], |[other]| Self::And(joined(parts, [other]))),
            (other, Self::And(parts)) => nested([other], |[other]| Self::And(joined(vec![other], parts))),
            (left, right) => nested([left, right], |both| Self::And(both.into())),
        }
    }

    /// At least one.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::TooDeep, _) | (_, Self::TooDeep) => Self::TooDeep,
            (Self::Nothing, other) | (other, Self::Nothing) => other,
            (Self::Or(left), Self::Or(right)) => Self::Or(joined(left, right)),
            (Self::Or(parts), other) => nested([other], |[other]| Self::Or(joined(parts, [other]))),
            (other, Self::Or(parts)) => nested([other], |[other]| Self::Or(joined(vec![other], parts))),
            (left, right) => nested([left, right], |both| Self::Or(both.into())),
        }
    }

    /// The opposite.
    pub fn negate(self) -> Self {
        match self {
            Self::TooDeep => Self::TooDeep,
            Self::Not(inner) => *inner,
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            other => nested([other], |[other]| Self::Not(Box::new(other))),
        }
    }

    /// Whether a closure of the user's is part of it.
    pub fn has_closure(&self) -> bool {
        match self {
            Self::Scan(_) => true,
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::has_closure),
            Self::Not(inner) => inner.has_closure(),
            _ => false,
        }
    }

    fn depth(&self) -> u16 {
        match self {
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(inner) => 1 + inner.depth(),
            _ => 1,
        }
    }
}

/// A level over some predicates, unless the tree would grow too deep: neither evaluating nor dropping one may exhaust the
/// stack. Only what gets a level above it is measured, so that combining many of one operator stays cheap.
fn nested<const N: usize>(
    inner: [Predicate; N],
    outer: impl FnOnce([Predicate; N]) -> Predicate,
) -> Predicate {
    if inner.iter().any(|part| part.depth() >= MAX_DEPTH) { Predicate::TooDeep } else { outer(inner) }
}

fn joined(mut left: Vec<Predicate>, right: impl IntoIterator<Item = Predicate>) -> Vec<Predicate> {
    left.extend(right);
    left
}
