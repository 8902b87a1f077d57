//! What a program branches on.

use std::fmt;

/// The kinds of error, without data, so that they can be compared and counted.
///
/// More may come: a `match` needs a `_` arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No row is there where one was asked for.
    NotFound,
    /// Several rows match where one was asked for.
    NotUnique,
    /// Another row has this key, or this value of a distinct field.
    Duplicate,
    /// Another writer was first; see [`cause`](crate::Error::cause) and [`is_retryable`](crate::Error::is_retryable).
    Conflict,
    /// The stored collection and the Rust type do not fit.
    Schema,
    /// A value, a name or an option that is never taken.
    Invalid,
    /// A key, an indexed value or a row beyond its limit of bytes.
    TooLarge,
    /// A cursor of another query, or one that was altered.
    BadCursor,
    /// A sum beyond 128 bits.
    Overflow,
    /// An identity whose type has no value left.
    Exhausted,
    /// A token from before the history that is kept.
    TokenExpired,
    /// A token of another store, or of a history that was undone.
    TokenForeign,
    /// A feed that was overtaken by the history; it goes on.
    Lagged,
    /// A snapshot older than the store keeps one.
    SnapshotExpired,
    /// The time that was allowed is over.
    Timeout,
    /// A store that somebody else has open.
    Locked,
    /// Stored bytes that are not what was written.
    Corrupt,
    /// A store that refuses writes since one of them failed halfway.
    Poisoned,
    /// A commit whose outcome was lost with its connection.
    CommitUnknown,
    /// What this storage does not do.
    Unsupported,
    /// What the operating system refused.
    Io,
    /// A store, a transaction or a snapshot used after its end.
    Closed,
    /// A broken invariant of this crate.
    Bug,
    /// An error of the user's own, which came through a closure.
    Other,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What a `Conflict` was met on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConflictCause {
    /// A row was written through a handle that is not of its present version.
    Version {
        /// The key of the row, as text.
        key: String,
        /// The version that the handle has; 0 for one that a transaction gave and never committed.
        expected: u64,
        /// The version that the row has now, `None` when it is gone.
        actual: Option<u64>,
    },
    /// A row or a range that the transaction read has changed since.
    Read,
    /// The database could not order the transaction with the others, and named nothing.
    Storage,
}
