//! A checker of histories: whether what clients saw of their transactions can have come of one order of all of them.
//!
//! A test of isolation shows what somebody thought of. This goes the other way round: random transactions append to lists
//! and read them, and from nothing but what they saw it is inferred which must have come before which. A cycle is an
//! anomaly, and so is a read that no order explains. It is sound: what it reports is wrong in every order. It is the method of
//! Elle: Kyle Kingsbury and Peter Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2020
//! (<https://www.vldb.org/pvldb/vol14/p268-alvaro.pdf>), and the kinds have its names.
//!
//! ```
//! use routier::conformance::Subject;
//! use routier::conformance::checker::{Campaign, Kind, Workload};
//! use routier::{Isolation, MemoryStorage};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let subject = Subject::new(|builder| async { builder.storage(MemoryStorage::new()).await });
//! for workload in [Workload::Rows, Workload::Queries] {
//!     let findings = Campaign { workload, ..Campaign::new(Isolation::Serializable, 0..5) }.run(&subject).await;
//!     assert!(findings.is_ok(), "{findings}");
//! }
//!
//! // what `Snapshot` lets through: write skew, and nothing else
//! let skewed = Campaign { checked_as: Isolation::Serializable, ..Campaign::new(Isolation::Snapshot, 0..5) };
//! let findings = skewed.run(&subject).await;
//! assert!(findings.kinds().eq([Kind::G2Item]), "{findings}");
//! # }
//! ```
//!
//! # How it works
//!
//! A list shows its own history: who reads `[3, 7]` read after whoever appended 7, who came after whoever appended 3. So the
//! longest that was read of a list is the order in which it grew, each read has to be a beginning of it, and
//! every read gives edges: from the writer of the element before to that of the next (ww), from the writer of the last
//! element to the reader (wr), and from the reader to the writer of what it missed (rw, an antidependency). With them go the
//! edges of real time, from each transaction that had ended to those that began after it. `Serializable` forbids every
//! cycle, `Snapshot` those without two antidependencies one behind the other.
//!
//! # What is where
//!
//! - [`check()`] looks at one [`History`], wherever it comes from, and gives [`Anomaly`]s with an explanation each.
//! - [`Campaign`] runs histories on a [`Subject`](crate::conformance::Subject), or on [`Lists`] of one's own, and checks
//!   them: its [`Driver`] is a seed that says whose turn it is, or real threads; its [`Workload`] rows or queries.
//! - [`edn()`] writes a history for Elle itself (`elle-cli`), to hear a second opinion.

mod anomaly;
mod campaign;
mod check;
#[expect(clippy::indexing_slicing, reason = "vertices are numbered, and each table has an entry for each")]
mod components;
mod cycles;
mod dependencies;
mod drivers;
mod edn;
mod facts;
mod findings;
mod graph;
mod history;
mod lists;
mod process;
mod query_lists;
mod reads;
mod row_lists;
mod versions;
#[expect(clippy::indexing_slicing, reason = "states are numbered, and each table has an entry for each")]
mod walks;
mod workload;

pub use self::anomaly::{Anomaly, Kind};
pub use self::campaign::Campaign;
pub use self::check::check;
pub use self::drivers::{Driver, observe};
pub use self::edn::edn;
pub use self::findings::{Findings, Flagged};
pub use self::history::{History, Operation, Outcome, Transaction};
pub use self::lists::{Later, Lists, Plan, Session};
pub use self::workload::Workload;
