//! How a transaction is run.

use std::time::Duration;

use crate::storage::Isolation;

/// How `transaction_with` runs a transaction.
///
/// ```
/// use std::time::Duration;
/// use routier::{Isolation, TransactionOptions};
///
/// let options = TransactionOptions::new().isolation(Isolation::Snapshot).runs(3).timeout(Duration::from_secs(1));
/// ```
#[derive(Clone, Debug)]
pub struct TransactionOptions {
    pub(crate) isolation: Isolation,
    pub(crate) read_only: bool,
    pub(crate) runs: u32,
    pub(crate) timeout: Option<Duration>,
}

impl TransactionOptions {
    /// Serializable, reading and writing, at most 16 runs, without a timeout.
    pub const fn new() -> Self {
        Self { isolation: Isolation::Serializable, read_only: false, runs: 16, timeout: None }
    }

    /// How far it is kept apart from others.
    #[must_use]
    pub const fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// Refuses writes. Such a transaction never fails for what others commit.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// How often the closure is run at most, the first time included; at least 1.
    #[must_use]
    pub const fn runs(mut self, runs: u32) -> Self {
        self.runs = if runs == 0 { 1 } else { runs };
        self
    }

    /// How long all runs together may take, the waiting between them included, before it is rolled back with
    /// [`Timeout`](crate::ErrorKind::Timeout). A commit that has begun is waited for.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl Default for TransactionOptions {
    fn default() -> Self {
        Self::new()
    }
}
