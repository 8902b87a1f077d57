//! The seam between validating a commit and making it visible.

use crate::env::sync::Arc;
use crate::error::Result;
use crate::storage::commit::CommitRecord;

/// Where a resident engine writes its commits down before anyone sees them: a journal implements it, the memory engine
/// calls it, and neither knows the other.
///
/// Between [`Log::append`] and [`Completion::complete`] a commit is *pending*: later commits are validated against it (one
/// that is refused hears of it when what was pending then is visible), readers do not see it, and whether its caller still
/// waits makes no difference. The engine makes commits visible in
/// the order of their numbers, in whatever order they complete. The first failure fails every pending commit and
/// poisons the engine.
pub trait Log: Send + Sync + 'static {
    /// Takes the record of a commit. Called in the order of commits, within the commit's turn: it MUST NOT wait. An
    /// error refuses the commit, with nothing done.
    ///
    /// `completion` MUST be completed, once the record is as durable as was asked for, by any thread and in any order;
    /// dropped without that it counts as a failure.
    fn append(&self, commit: &Arc<CommitRecord>, completion: Completion) -> Result<()>;
}

/// How a [`Log`] says that a commit is durable, or that it never will be.
pub struct Completion(Option<Box<dyn FnOnce(Result<()>) + Send>>);

impl Completion {
    /// A completion that calls `done`.
    pub fn new(done: impl FnOnce(Result<()>) + Send + 'static) -> Self {
        Self(Some(Box::new(done)))
    }

    /// Says how it ended.
    pub fn complete(mut self, outcome: Result<()>) {
        if let Some(done) = self.0.take() {
            done(outcome);
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(done) = self.0.take() {
            done(Err(crate::error::Error::new(
                crate::error::ErrorKind::Poisoned,
                "the log forgot a commit: open the store again",
            )));
        }
    }
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Completion")
    }
}
