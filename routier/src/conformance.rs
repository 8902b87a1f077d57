//! The conformance suite: what every storage promises, clause by clause.
//!
//! Feature `conformance`. A [`Subject`] says how to get an empty store over the storage under test; [`run()`] holds it
//! against every clause and reports:
//!
//! ```
//! use routier::conformance::{Subject, run};
//! use routier::MemoryStorage;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
//! // a storage of your own in the place of this one
//! let subject = Subject::new(|builder| async { builder.storage(MemoryStorage::new()).await });
//! let report = run(&subject).await?;
//! assert!(report.is_ok(), "{report}");
//! # Ok(()) }
//! ```
//!
//! # The report
//!
//! Every clause has one of three outcomes. *Passed*: it holds. *Failed*: it does not, and the report says what was seen.
//! *Switched off*: it needs a capability that the storage does not claim, and the report names it. A storage that keeps less
//! than the contract asks says so in its [`Capabilities`](crate::Capabilities), and what it does claim is tested; a capability
//! claimed and not kept fails.
//!
//! # A test for each clause
//!
//! [`clauses()`] lists them all, so that a test harness can show them one by one: [`Clause::name`] is what to call the
//! test, [`Clause::run`] the test itself. The tests of this repository do so in `tests/conformance/tests/contract.rs`, and
//! `tests/contract.md` is the list in a form to read.
//!
//! A clause ends within a minute or has failed. No async runtime is needed.
//!
//! # Durability
//!
//! What outlives its store is shown by opening it again: [`Subject::on`] takes what makes a [`Medium`], a directory or a
//! simulated disk with nothing on it. [`Medium::open`] is all that has to be written; with [`Can::Crash`], for which a copy
//! of the files will do, the clauses about crashes and killed owners run as well. [`Medium::can`] lists what else there
//! is, and what a medium cannot do is switched off:
//!
//! ```
//! use routier::conformance::{Medium, Subject};
//! use routier::storage::Answer;
//! use routier::{MemoryStorage, Result, Store, StoreBuilder};
//!
//! /// Where a storage of your own keeps its data: a directory that is made for each of these, and opened again.
//! struct Directory;
//!
//! impl Medium for Directory {
//!     fn open(&self, builder: StoreBuilder) -> Answer<'static, Result<Store>> {
//!         // your storage in the place of this one, which is not durable: its clauses are switched off
//!         Answer::later(async move { builder.storage(MemoryStorage::new()).await })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
//! let subject = Subject::new(|builder| async { builder.storage(MemoryStorage::new()).await });
//! let subject = subject.on(|| Ok(Directory));
//! let locked = routier::conformance::clauses().find(|clause| clause.id() == "d-locked");
//! if let Some(clause) = locked {
//!     assert!(!clause.applies(&subject).await?, "it needs a storage that is durable");
//! }
//! # Ok(()) }
//! ```
//!
//! `tests/conformance/src/media.rs` has the two that the file storage is held against: a directory, and a disk that stops
//! at any operation.
//!
//! # Isolation
//!
//! Clauses whose ids begin with `iso-` are the anomalies by which isolations are told apart, from `iso-g0` to `iso-roa`: tables
//! of steps, each carried out by hand at every isolation that the storage has. What
//! [`Isolation::Snapshot`](crate::Isolation::Snapshot) lets through has to be seen where rows live in memory (`iso-g2-item-shown`
//! is write skew), so that a level cannot pass for another. `iso-interleavings-serializable` and
//! `iso-interleavings-snapshot` take the steps in every order, and hold what is seen against all orders of one transaction
//! after the other. [`interleavings()`] does so with random transactions.
//!
//! # Random histories
//!
//! A clause shows what somebody thought of. [`histories()`] goes where nobody did: random calls, three transactions open at
//! a time, beside a naive model that says what each must give, feeds and watches included.
//!
//! ```
//! use routier::conformance::{Histories, Subject, histories};
//! use routier::MemoryStorage;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let subject = Subject::new(|builder| async { builder.storage(MemoryStorage::new()).await });
//! let coverage = histories(&subject, &Histories { seeds: 0..20, steps: 100 }).await?;
//! println!("{coverage}");
//! # Ok(()) }
//! ```
//!
//! One that fails names its seed and shows its last steps; the same seed gives the same history again. The [`Coverage`] counts
//! what occurred, so that a test can demand that everything did: each operator, read, access path, error and change.
//!
//! # A checker of histories
//!
//! [`checker`] needs no model: it infers from what transactions saw of lists, on one thread or on many, whether there is an
//! order of them that explains it.

//!
//! # Storages that are broken
//!
//! [`broken`] lays one defect over a storage that has none: what each turns red is named with it.

#[cfg(any(not(routier_part), routier_part = "following", routier_part = "transactions"))]
mod bell;
// `--cfg routier_part --cfg routier_part="rows"` compiles one part alone: who plants a defect a hundred times waits less.
pub mod broken;
#[cfg(any(not(routier_part), routier_part = "checker"))]
pub mod checker;
mod clause;
#[cfg(any(not(routier_part), routier_part = "durable"))]
mod durable;
#[cfg(any(not(routier_part), routier_part = "following"))]
mod following;
#[cfg(any(not(routier_part), routier_part = "histories"))]
mod histories;
#[cfg(any(not(routier_part), routier_part = "isolation"))]
mod isolation;
mod medium;
mod need;
#[cfg(any(not(routier_part), routier_part = "queries"))]
mod queries;
mod report;
#[cfg(any(
    not(routier_part),
    routier_part = "checker",
    routier_part = "following",
    routier_part = "histories"
))]
mod rng;
#[cfg(any(not(routier_part), routier_part = "rows"))]
mod rows;
mod run;
mod subject;
mod tools;
#[cfg(any(not(routier_part), routier_part = "transactions"))]
mod transactions;

pub use self::clause::{Clause, Outcome};
#[cfg(any(not(routier_part), routier_part = "histories"))]
pub use self::histories::{Coverage, FailedHistory, Histories, histories};
#[cfg(any(not(routier_part), routier_part = "isolation"))]
pub use self::isolation::{Interleavings, interleavings};
pub use self::medium::{Can, Harm, Medium, Trouble};
pub use self::need::Need;
pub use self::report::Report;
pub use self::run::run;
pub use self::subject::Subject;

/// All clauses, in the order of the contract's sections.
pub fn clauses() -> impl Iterator<Item = &'static Clause> {
    let mut all: Vec<&'static Clause> = Vec::new();
    #[cfg(any(not(routier_part), routier_part = "rows"))]
    all.extend(rows::clauses());
    #[cfg(any(not(routier_part), routier_part = "queries"))]
    all.extend(queries::clauses());
    #[cfg(any(not(routier_part), routier_part = "transactions"))]
    all.extend(transactions::clauses());
    #[cfg(any(not(routier_part), routier_part = "isolation"))]
    all.extend(isolation::clauses());
    #[cfg(any(not(routier_part), routier_part = "following"))]
    all.extend(following::clauses());
    #[cfg(any(not(routier_part), routier_part = "durable"))]
    all.extend(durable::clauses());
    all.into_iter()
}
