//! What SQLite says, as errors of this crate.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::{Error, ErrorKind};

/// An error of SQLite, or of this crate. Who knows the file makes the one into the other.
#[derive(Debug)]
pub(super) enum Failure {
    Sql(rusqlite::Error),
    Own(Error),
}

/// What a statement gives.
pub(super) type Sql<T> = Result<T, Failure>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl Failure {
    /// The error for the user.
    pub(super) fn at(self, path: &Path) -> Error {
        match self {
            Self::Own(error) => error,
            Self::Sql(error) => explained(error, path),
        }
    }

    /// Whether a row was refused since its key, or the values of a distinct index, are another's.
    pub(super) fn is_constraint(&self) -> bool {
        matches!(self, Self::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
    }
}

/// The error of who waited for another process in vain.
pub(super) fn locked() -> Error {
    Error::new(ErrorKind::Locked, "another process holds the database's lock for longer than this one waits")
}

fn explained(error: rusqlite::Error, path: &Path) -> Error {
    let told = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            Error::invalid("the file is not an SQLite database: give another path")
        }
        Some(ErrorCode::DatabaseCorrupt) => Error::corrupt("SQLite finds the database damaged"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => locked(),
        Some(ErrorCode::DiskFull) => {
            return Error::io("written", path, io::Error::new(io::ErrorKind::StorageFull, error));
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            return Error::io("written", path, io::Error::new(io::ErrorKind::PermissionDenied, error));
        }
        Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
            return Error::io("read or written", path, io::Error::other(error));
        }
        _ => Error::bug("SQLite refused a statement"),
    };
    told.with_path(path).with_source(error)
}
