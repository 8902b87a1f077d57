//! Errors that are right.

use crate::{ConflictCause, Error, ErrorKind};

/// An error as it should be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) kind: ErrorKind,
    pub(super) cause: Cause,
    /// Whether it is retryable; `None` where both may be.
    pub(super) retryable: Option<bool>,
}

/// What a conflict was met on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cause {
    None,
    /// The version that the row has.
    Version(Option<u64>),
    Read,
    /// Anything.
    Any,
}

impl Refusal {
    /// An error that running again does not help.
    pub(super) fn of(kind: ErrorKind) -> Self {
        Self { kind, cause: Cause::None, retryable: Some(false) }
    }

    /// A row has another version.
    pub(super) fn version(actual: Option<u64>, retryable: bool) -> Self {
        Self { kind: ErrorKind::Conflict, cause: Cause::Version(actual), retryable: Some(retryable) }
    }

    /// What was read has changed.
    pub(super) fn read() -> Self {
        Self { kind: ErrorKind::Conflict, cause: Cause::Read, retryable: Some(true) }
    }

    /// Another commit was faster, in whatever way.
    pub(super) fn overtaken() -> Self {
        Self { kind: ErrorKind::Conflict, cause: Cause::Any, retryable: Some(true) }
    }

    pub(super) fn duplicate(retryable: Option<bool>) -> Self {
        Self { kind: ErrorKind::Duplicate, cause: Cause::None, retryable }
    }

    pub(super) fn fits(&self, error: &Error) -> bool {
        let cause = match (self.cause, error.cause()) {
            (Cause::None, cause) => cause.is_none(),
            (Cause::Version(expected), Some(ConflictCause::Version { actual, .. })) => expected == *actual,
            (Cause::Read, Some(ConflictCause::Read)) => true,
            (Cause::Any, cause) => cause.is_some(),
            _ => false,
        };
        cause
            && self.kind == error.kind()
            && self.retryable.is_none_or(|retryable| retryable == error.is_retryable())
    }
}

/// The name under which an error is counted.
pub(super) fn name(error: &Error) -> &'static str {
    match (error.kind(), error.cause()) {
        (ErrorKind::Conflict, Some(ConflictCause::Version { .. })) => "Conflict (version)",
        (ErrorKind::Conflict, Some(ConflictCause::Read)) => "Conflict (read)",
        (ErrorKind::Conflict, _) => "Conflict (storage)",
        (ErrorKind::NotFound, _) => "NotFound",
        (ErrorKind::NotUnique, _) => "NotUnique",
        (ErrorKind::Duplicate, _) => "Duplicate",
        (ErrorKind::Schema, _) => "Schema",
        (ErrorKind::Invalid, _) => "Invalid",
        (ErrorKind::TooLarge, _) => "TooLarge",
        (ErrorKind::BadCursor, _) => "BadCursor",
        (ErrorKind::Overflow, _) => "Overflow",
        (ErrorKind::Exhausted, _) => "Exhausted",
        (ErrorKind::TokenExpired, _) => "TokenExpired",
        (ErrorKind::TokenForeign, _) => "TokenForeign",
        (ErrorKind::Lagged, _) => "Lagged",
        (ErrorKind::Unsupported, _) => "Unsupported",
        (ErrorKind::Closed, _) => "Closed",
        (ErrorKind::Other, _) => "Other",
        (kind, _) => panic!("{kind:?} is an error that no history provokes: {error}"),
    }
}

/// The errors that occur on every storage.
pub(super) const ERRORS: &[&str] = &[
    "NotFound",
    "NotUnique",
    "Duplicate",
    "Conflict (version)",
    "Conflict (read)",
    "Schema",
    "Invalid",
    "TooLarge",
    "BadCursor",
    "Overflow",
    "Exhausted",
    "TokenForeign",
    "Closed",
    "Unsupported",
    "Other",
];

/// Those that occur only where the history forgets.
pub(super) const FORGETTING: &[&str] = &["TokenExpired", "Lagged"];
