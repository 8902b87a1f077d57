//! Storages with one defect each, to see what the suite says of it.
//!
//! [`Broken`] lies over any storage and does one thing wrong. Each [`Defect`] names the clause that fails by it, and mostly
//! there are others: who sees a storage of his own fail a clause finds here what may be behind it.
//!
//! ```
//! use routier::MemoryStorage;
//! use routier::conformance::broken::{Broken, Defect};
//! use routier::conformance::{Outcome, Subject, clauses};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let defect = Defect::TiesReversed;
//! let subject = Subject::new(move |builder| async move {
//!     builder.storage(Broken::new(MemoryStorage::new(), defect)).await
//! });
//! for clause in clauses().filter(|clause| clause.id() == defect.clause()) {
//!     assert!(matches!(clause.run(&subject).await, Outcome::Failed(_)), "{defect} goes unseen");
//! }
//! # }
//! ```

mod past;
mod reads;
mod storage;
mod unsynced;
mod writes;

use std::fmt;

pub use self::storage::Broken;
pub use self::unsynced::Unsynced;

macro_rules! defects {
    ($(#[doc = $text:literal] $defect:ident $clause:literal)*) => {
        /// What a [`Broken`] storage does wrong. `Display` says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Defect {
            $(#[doc = $text] $defect,)*
        }

        impl Defect {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$defect),*];

            /// The id of the clause that fails by it.
            pub fn clause(self) -> &'static str {
                match self {
                    $(Self::$defect => $clause,)*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Self::$defect => $text,)*
                }
            }
        }
    };
}

defects! {
    /// Lost update: a row is written over, whatever became of it since it was read.
    LostUpdate "iso-p4"
    /// Of what a transaction read by key nothing is compared at its commit.
    KeyReadMissed "tx-met-get"
    /// Of what a transaction found by queries nothing is compared at its commit.
    PredicateReadMissed "tx-met-range"
    /// Torn commit: half of a write set is written.
    TornCommit "w-undone-all"
    /// Each row of a write set is a commit of its own.
    CommitInPieces "tx-commit-is-one"
    /// Dirty read: what was refused can be seen all the same.
    RefusedIsWritten "w-refused-rows"
    /// Versions begin anew with each life of a key, so that a handle from before a removal fits a later row.
    VersionReused "v-stale-again"
    /// An identity is the greatest that is there and one more: that of a row that was removed comes again.
    IdentityReused "i-deleted"
    /// Distinct is not enforced: a value that is taken is taken away from the row that has it.
    ValueTaken "u-field"
    /// A distinct value is not free when its row is gone.
    ValueKept "u-let-go"
    /// A snapshot moves: each read sees what is there by then.
    SnapshotMoves "q-state-snapshots"
    /// A feed tells of a commit before it can be read: snapshots do not show the newest one.
    FeedBeforeVisible "f-commit-visible"
    /// A row that was removed is found by its key.
    RemovedReturns "w-remove"
    /// `None` comes last.
    NoneLast "q-order-absent"
    /// Rows that an order leaves equal come by key, in the other direction.
    TiesReversed "q-ties"
    /// Text is ordered without regard to case.
    CaseIgnored "q-order-text"
    /// Three-valued logic: `ne` does not find rows with `None`.
    NeWithoutNone "q-ne"
    /// A limit is ignored.
    LimitIgnored "q-arrangement"
    /// An offset is ignored.
    OffsetIgnored "q-offset-past-end"
    /// Rows that are only counted are one fewer.
    CountWrong "q-count"
    /// The last row of a query comes twice.
    RowTwice "q-all"
    /// Feed gap: every third commit is not in the history.
    FeedGap "f-commit-order"
    /// Commits stand in the history the other way round.
    FeedReversed "f-commit-given-order"
    /// A change stands in the history twice.
    ChangeTwice "f-net-one-a-key"
    /// Of a change the row before it is not kept.
    BeforeForgotten "f-change-of-updates"
    /// Who made a commit is not kept.
    OriginForgotten "f-origin-named"
    /// Which transaction made a commit is not kept.
    TransactionForgotten "tx-outcome"
    /// A feed goes on before the place of its token: what it has seen comes again.
    TokenBefore "f-token-of-changes"
    /// What is forgotten is left out in silence.
    SilentGap "f-token-expired"
}

/// What is wrong, in a sentence.
impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().trim())
    }
}
