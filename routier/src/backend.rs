//! The storages that a URL can name.

#[cfg(feature = "file")]
mod file;
#[cfg(feature = "sqlite")]
mod sqlite;
mod url;

#[cfg(feature = "file")]
pub use self::file::{FileOptions, FileStorage, Recovery};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStorage};
#[cfg(feature = "file")]
use crate::error::{Error, Result};
#[cfg(feature = "file")]
use crate::storage::Answer;

/// What a storage in memory answers, which is always there.
#[cfg(feature = "file")]
fn now<T>(answer: Answer<'_, T>) -> Result<T> {
    match answer {
        Answer::Ready(value) => Ok(value),
        Answer::Later(_) => Err(Error::bug("a storage in memory lets its answer wait")),
    }
}

/// How many identities are noted ahead of those that were given: each opening may pass over so many. An eighth of them, so that
/// a small type is not used up by openings, and the notes are few all the same; at most 1,024.
#[cfg(any(feature = "file", feature = "sqlite"))]
fn ahead(given: u128) -> u128 {
    (given / 8).min(1_024)
}
