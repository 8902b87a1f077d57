//! What a watch says.

use std::fmt;

use crate::entity::{Entity, Versioned};
use crate::query::OrderTerm;
use crate::storage::Token;

/// What happened to the result of a query: an item of a [`Watch`](crate::Watch).
///
/// Whoever applies each to a set of rows, [`Reset`](Live::Reset) replacing all of them, has at every
/// [`Ready`](Live::Ready) exactly what the query gives at that place; in between, part of a commit.
pub enum Live<E> {
    /// The whole result, in the query's order: at first, and when the watch was overtaken.
    Reset(Vec<Versioned<E>>),
    /// A row that matches now and did not before.
    Entered(Versioned<E>),
    /// A row that matched and still does, at its old place in the order.
    Changed {
        /// As it was.
        before: Versioned<E>,
        /// As it is.
        after: Versioned<E>,
    },
    /// A row that matched and still does, and whose values of the query's order are others: it may stand elsewhere.
    Moved {
        /// As it was.
        before: Versioned<E>,
        /// As it is.
        after: Versioned<E>,
    },
    /// A row that matched and does not any more, as it was when it did: it was changed or removed.
    Left(Versioned<E>),
    /// The result is whole again: a commit that concerned it has been said to its end, up to this place.
    Ready(Token),
}

impl<E: Entity> Live<E> {
    /// What is said of a row that matched and does.
    pub(super) fn stayed(before: Versioned<E>, after: Versioned<E>, order: &[OrderTerm]) -> Self {
        let is_in_place = |term: &OrderTerm| before.read(term.field).order(after.read(term.field)).is_eq();
        match order.iter().all(is_in_place) {
            true => Self::Changed { before, after },
            false => Self::Moved { before, after },
        }
    }
}

impl<E: Entity> Clone for Live<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Reset(rows) => Self::Reset(rows.clone()),
            Self::Entered(row) => Self::Entered(row.clone()),
            Self::Changed { before, after } => Self::Changed { before: before.clone(), after: after.clone() },
            Self::Moved { before, after } => Self::Moved { before: before.clone(), after: after.clone() },
            Self::Left(row) => Self::Left(row.clone()),
            Self::Ready(token) => Self::Ready(*token),
        }
    }
}

impl<E: Entity + PartialEq> PartialEq for Live<E> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reset(one), Self::Reset(other)) => one == other,
            (Self::Entered(one), Self::Entered(other)) | (Self::Left(one), Self::Left(other)) => one == other,
            (Self::Changed { before, after }, Self::Changed { before: other, after: then })
            | (Self::Moved { before, after }, Self::Moved { before: other, after: then }) => {
                before == other && after == then
            }
            (Self::Ready(one), Self::Ready(other)) => one == other,
            _ => false,
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for Live<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reset(rows) => f.debug_tuple("Reset").field(rows).finish(),
            Self::Entered(row) => f.debug_tuple("Entered").field(row).finish(),
            Self::Changed { before, after } => {
                f.debug_struct("Changed").field("before", before).field("after", after).finish()
            }
            Self::Moved { before, after } => {
                f.debug_struct("Moved").field("before", before).field("after", after).finish()
            }
            Self::Left(row) => f.debug_tuple("Left").field(row).finish(),
            Self::Ready(token) => f.debug_tuple("Ready").field(token).finish(),
        }
    }
}
