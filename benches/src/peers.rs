//! What others wrote for the same purpose, each used as its documentation shows.

mod multi_index;
mod native;
mod sqlite;

pub(crate) use self::multi_index::MultiIndex;
pub(crate) use self::native::NativeDb;
pub(crate) use self::sqlite::Sqlite;
