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
