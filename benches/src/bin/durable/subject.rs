//! What every subject does. Rows are made before the time runs; a loop of calls is inside.

use std::error::Error;

use crate::rows::User;

/// What may fail in as many ways as there are subjects.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rows with a key, a distinct email and an index on the age, which outlive the process.
///
/// A call that writes returns when what it wrote is on the disk.
pub(crate) trait Subject: Sync {
    /// Inserts rows, one a commit. A duplicate is an error.
    fn insert(&self, users: Vec<User>) -> Outcome<()>;

    /// Inserts rows in one commit, all or none.
    fn insert_many(&self, users: Vec<User>) -> Outcome<()>;

    /// Gets a row for each id, and counts those that are there.
    fn get(&self, ids: &[u64]) -> Outcome<u64>;

    /// Gets for each age the rows of so many ages from it on, in the order of ages, and counts them.
    fn between(&self, ages: &[u32], span: u32) -> Outcome<u64>;

    /// Ends it, as a program does that ends.
    fn close(self: Box<Self>) -> Outcome<()>;
}
