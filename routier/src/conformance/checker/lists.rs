//! What the drivers run transactions on.

use std::collections::BTreeMap;
use std::pin::Pin;

use crate::Result;

/// An answer that may come later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Lists that transactions read and append to: a store, seen as the checker sees it.
pub trait Lists: Send + Sync + 'static {
    /// Begins a transaction. What it reads is what was there at this moment.
    ///
    /// # Errors
    ///
    /// What the store reports.
    fn begin(&self, plan: Plan) -> Later<'static, Box<dyn Session>>;

    /// What each list holds when all transactions have ended. A list that is not named is empty.
    ///
    /// # Errors
    ///
    /// What the store reports.
    fn last(&self) -> Later<'static, BTreeMap<u64, Vec<u64>>>;
}

/// A transaction on [`Lists`]. Dropped, it is rolled back.
///
/// A method fails with [`Conflict`](crate::ErrorKind::Conflict) or [`Duplicate`](crate::ErrorKind::Duplicate) where another
/// transaction was faster: then the transaction is rolled back and has done nothing. Any other error is a defect.
///
/// `way` is a random number. Where a store has several ways to do the same, it says which to take.
pub trait Session: Send {
    /// What a list holds, the own appends included.
    ///
    /// # Errors
    ///
    /// What the store reports.
    fn read(&mut self, list: u64, way: u64) -> Later<'_, Vec<u64>>;

    /// Appends an element to a list. Gives what was read of the list for that, where it was read.
    ///
    /// # Errors
    ///
    /// What the store reports.
    fn append(&mut self, list: u64, element: u64, way: u64) -> Later<'_, Option<Vec<u64>>>;

    /// Commits. Dropped before it has ended it is done or not done.
    ///
    /// # Errors
    ///
    /// What the store reports; with [`CommitUnknown`](crate::ErrorKind::CommitUnknown) it is done or not done.
    fn commit(self: Box<Self>) -> Later<'static, ()>;

    /// Rolls back.
    ///
    /// # Errors
    ///
    /// What the store reports.
    fn roll_back(self: Box<Self>) -> Later<'static, ()>;
}

/// What a transaction is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// How many operations, at least one.
    pub operations: usize,
    /// Whether it appends nothing.
    pub only_reads: bool,
    /// Whether it will be committed. One operation that is going to be committed may be a statement of its own.
    pub commits: bool,
    /// A random number, for the way to begin it.
    pub way: u64,
}
