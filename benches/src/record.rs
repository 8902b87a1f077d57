//! What one process measured, as it tells the other.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// All of it.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) times: Vec<Times>,
    pub(crate) space: Option<Space>,
    pub(crate) beside: Vec<Beside>,
}

/// How long an operation took.
#[derive(Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) operation: String,
    /// How many operations, or rows, all chunks have together.
    pub(crate) units: u64,
    /// The nanoseconds of each chunk, the least of several passes.
    pub(crate) chunks: Vec<u64>,
}

impl Times {
    pub(crate) fn each(&self) -> f64 {
        self.chunks.iter().sum::<u64>() as f64 / self.units as f64
    }

    /// Keeps the lesser of each chunk.
    pub(crate) fn keep_least(&mut self, other: &Self) {
        for (least, chunk) in self.chunks.iter_mut().zip(&other.chunks) {
            *least = (*least).min(*chunk);
        }
    }
}

/// What an operation allocates, and what rows keep.
#[derive(Serialize, Deserialize)]
pub(crate) struct Space {
    /// Heap bytes a row beyond the entity itself, with a history of one change.
    pub(crate) row_bytes: f64,
    /// The same with the history of the run: what a store keeps by default unless `--retain` says otherwise.
    pub(crate) row_bytes_with_history: f64,
    pub(crate) allocations: Vec<Allocations>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Allocations {
    pub(crate) operation: String,
    /// Of one operation, or one row.
    pub(crate) calls: f64,
    pub(crate) bytes: f64,
}

/// Reads of one thread.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Beside {
    pub(crate) operation: String,
    /// Nanoseconds a read with nobody else.
    pub(crate) alone: f64,
    /// The same while another thread commits to the same collection.
    pub(crate) beside: f64,
    /// The same while another thread commits to another store: what the machine itself takes.
    pub(crate) elsewhere: f64,
    /// Commits a second beside the reads.
    pub(crate) commits: f64,
}

impl Record {
    /// Times `work` on each chunk, `passes` times over. It gives how many rows it read or wrote, and these must be `rows`
    /// in a pass; `units` of them is what the time is divided by. `None`: there is no way to do it, and no time.
    pub(crate) fn time(
        &mut self,
        operation: Operation,
        plan: Plan,
        work: impl FnMut(usize) -> Option<u64>,
    ) -> Result<(), String> {
        self.time_as(operation.name(), plan, work)
    }

    /// The same under a name that is not an operation's.
    pub(crate) fn time_as(
        &mut self,
        name: &str,
        plan: Plan,
        mut work: impl FnMut(usize) -> Option<u64>,
    ) -> Result<(), String> {
        let mut least = vec![u64::MAX; plan.chunks];
        for _ in 0..plan.passes {
            let mut rows = 0;
            for (chunk, least) in least.iter_mut().enumerate() {
                let begin = Instant::now();
                let Some(done) = work(chunk) else {
                    return Ok(());
                };
                rows += done;
                *least = (*least).min(begin.elapsed().as_nanos() as u64);
            }
            if rows != plan.rows {
                return Err(format!("`{name}` gave {rows} rows in place of {}", plan.rows));
            }
        }
        self.times.push(Times { operation: name.to_owned(), units: plan.units, chunks: least });
        Ok(())
    }
}

/// How an operation is measured.
pub(crate) struct Plan {
    pub(crate) passes: usize,
    pub(crate) chunks: usize,
    /// What the time of a pass is divided by.
    pub(crate) units: u64,
    /// How many rows a pass gives.
    pub(crate) rows: u64,
}
