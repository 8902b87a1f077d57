//! What every variant does: the whole loop of an operation, so that nothing but the variant's own calls is in it.

use std::ops::Range;

use crate::rows::Step;

/// A collection of users. Each method gives how many rows it read or wrote, or `None` where there is no way to do it.
pub(crate) trait Subject: Send + Sync + Sized {
    /// A row that was read.
    type Row: Send;
    /// A place in the order by age.
    type Cursor: Send;

    /// How much of it is asked for.
    const PACE: Pace = Pace { passes: usize::MAX, tens: 250 };
    /// Whether it keeps what rows were before.
    const HAS_HISTORY: bool = false;

    /// An empty one; `retain` is how many changes are kept where any are, `None` for as many as usual.
    fn new(retain: Option<usize>) -> Self;

    /// Builds the rows with these numbers and inserts them one a commit.
    fn insert(&self, numbers: Range<u64>) -> u64;
    /// Builds the rows with these numbers and inserts them in one commit.
    fn insert_many(&self, numbers: Range<u64>) -> u64;
    fn get(&self, ids: &[u64]) -> u64;
    fn get_by_email(&self, emails: &[String]) -> u64;
    /// All rows of each age.
    fn age(&self, ages: &[u32]) -> u64;
    /// All rows of the `SPAN` ages from each age on, in the order of the index.
    fn ages(&self, ages: &[u32]) -> Option<u64>;
    /// The same rows in the order of keys.
    fn ages_by_key(&self, ages: &[u32]) -> Option<u64>;
    /// The ten youngest, that many times.
    fn first_by_age(&self, times: u64) -> u64;
    /// The ten rows after a place in the order by age, that many times.
    fn page(&self, cursor: &Self::Cursor, times: u64) -> Option<u64>;
    /// Reads, changes the age and writes, one a commit.
    fn modify(&self, ids: &[u64]) -> u64;
    /// Changes the age of rows that were read before and must not have changed since, one a commit.
    fn update(&self, rows: Vec<Self::Row>) -> Option<u64>;
    /// Gets, and reads, changes and writes, as they come.
    fn mixed(&self, steps: &[Step]) -> u64;
    /// Reads, changes and writes, that many rows a commit, all or none.
    fn transactions(&self, ids: &[u64], size: usize) -> Option<u64>;
    /// The rows of `CITY`, which no index has.
    fn scan(&self) -> u64;

    /// An independent copy, which is not dropped.
    fn fork(&self) -> Option<u64>;

    /// Takes a view that later commits do not move, and drops it, that many times.
    fn snapshots(&self, times: u64) -> Option<u64>;
    /// Gets in one such view.
    fn get_in_snapshot(&self, ids: &[u64]) -> Option<u64>;

    /// Handles for `update`.
    fn handles(&self, ids: &[u64]) -> Vec<Self::Row>;
    /// The place after the first rows.
    fn cursor(&self, rows: u64) -> Self::Cursor;
    /// Whether the row with this id is what its number says, and the same by email.
    fn holds(&self, number: u64) -> bool;
    /// The bytes that were taken since the process began and that the counting allocator does not see.
    fn bytes_elsewhere() -> i64 {
        0
    }
}

/// How much is asked of a variant: what takes a thousand times as long need not be repeated as often to be known.
pub(crate) struct Pace {
    /// How many times the same is timed, at most.
    pub(crate) passes: usize,
    /// How often a piece of the time asks for the first ten.
    pub(crate) tens: u64,
}
