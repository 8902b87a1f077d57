//! Random histories: transactions, writes, reads, snapshots, streams, pages, feeds and watches in random interleaving,
//! each held against a naive model of what it means.
//!
//! [`histories()`] runs them and counts what occurred:
//!
//! ```
//! use routier::MemoryStorage;
//! use routier::conformance::{Histories, Subject, histories};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let subject = Subject::new(|builder| async { builder.storage(MemoryStorage::new()).await });
//! match histories(&subject, &Histories { seeds: 0..3, steps: 40 }).await {
//!     Ok(coverage) => assert_eq!(coverage.histories(), 3),
//!     Err(failed) => panic!("{failed}"),
//! }
//! # }
//! ```
//!
//! A history is the same at each run, as far as the storage is: the failure names its seed and the step, and what was done
//! before it.
//!
//! The model is a `BTreeMap` and full scans of it, and knows nothing of routier. Three transactions are open at a time; each
//! has a model of its own, by which every read in it is known beforehand. Of a commit is known whether it must fail, may
//! fail, or must not: see `verdict.rs` beside this file.

mod answer;
mod blunders;
mod cell;
mod column;
mod coverage;
mod draw;
mod ending;
mod extra;
mod following;
mod history;
mod log;
mod looking;
mod model;
mod passing;
mod predict;
mod reach;
mod reading;
mod refusal;
mod resuming;
mod runner;
mod running;
mod sample;
mod sheet;
mod source;
mod statement;
mod steps;
mod sum;
mod table;
mod test;
mod transacting;
mod value;
mod verdict;
mod writing;

use super::rng;

pub use self::coverage::Coverage;
pub use self::runner::{FailedHistory, Histories, histories};
