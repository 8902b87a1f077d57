//! The seam between the store and where rows live.
//!
//! A [`Storage`] opens collections, hands out [`Snapshot`]s, carries out [plans](crate::query::Plan), commits
//! [write sets](WriteSet) and remembers what it committed. Everything here is untyped and nothing assumes memory.
//!
//! # A storage of one's own
//!
//! Six calls of [`Storage`] and two of [`Snapshot`] have no default; all that users see is made of them. The example
//! `custom_storage` is such a storage, in 300 lines. What each has to hold, in the words of RFC 2119:
//!
//! 1. [`Storage::capabilities`] MUST be true and MUST NOT change: what is claimed is tested, what is not is refused.
//! 2. [`Storage::open`] MUST give a collection one number for as long as the storage is open. Where data are kept it MUST
//!    compare the stored shape ([`Schema::diff`](crate::schema::Schema::diff)) and refuse one that old rows do not satisfy.
//! 3. [`Storage::snapshot`] MUST include every commit that was acknowledged before the call, and MUST NOT move.
//!    [`Snapshot::scan`] MUST give every row of that state once. Filters, orders, pages and keys are done by [`run_plan`]
//!    over it; a storage that can do better overrides [`Snapshot::get`], [`Snapshot::get_by`] and [`Snapshot::execute`].
//! 4. [`Storage::commit`] MUST do all of a write set or nothing, and refuse in this order: [`Expect::Version`] that does not
//!    hold, [`Expect::Absent`] that does not hold, distinct values that two rows would share, reads that changed since
//!    ([`check_reads`]). At [`Isolation::Snapshot`], of two transactions that wrote a row the second MUST fail, also where it
//!    looked at no version. An error MUST be [`retryable`](crate::Error::retryable) when a commit after the snapshot is to
//!    blame, and only then. Rows MUST be [stamped](crate::AnyRow::stamp) before they can be read, and MUST NOT be when they
//!    are refused. A commit that changed nothing has no number of its own and is not told of.
//! 5. Numbers MUST grow over the life of the data; they need not be dense. [`Listener::committed`] MUST be called once for each
//!    commit, when it is visible (and durable, where that was asked for) and no lock is held.
//! 6. [`Storage::identities`] MUST NOT give a number twice, nor one that a committed row has brought along.
//! 7. [`Storage::history`] MUST give commits whole and in order, at least one where there is one, and MUST say by a
//!    [`Gap`] when what was asked for is no longer there. A record MUST have the origin and the transaction of its write set.
//!    Where a commit goes on when its answer is dropped, [`Storage::settled`] MUST wait for it.
//! 8. No code of a user's (filters, orders, encodings, drops of rows) SHOULD run while a lock is held.
//!
//! The suite shows whether it does: `routier::conformance` (feature `conformance`), whose report names each clause that failed,
//! and those that were switched off. Its `broken` has storages with one defect each, and the clause that finds it.

mod answer;
mod capabilities;
mod commit;
mod durability;
mod log;
mod reads;
mod scan;
mod snapshot;
mod token;
mod transaction;
mod write;

pub use self::answer::Answer;
pub use self::capabilities::{Capabilities, FeedOrder, Isolation};
pub use self::commit::{CommitRecord, Follows, Origin, RowChange, RowChanges};
pub use self::durability::Durability;
pub use self::log::{Completion, Log};
pub use self::reads::{FilterRead, KeyRead, Reads, changed, check_reads, position};
pub use self::scan::{Collected, run_plan};
pub use self::snapshot::{Batch, Rows, Snapshot};
pub use self::token::Token;
pub use self::transaction::TransactionId;
pub use self::write::{Expect, Target, Write, WriteSet, row_key};

use std::any::Any;

use crate::entity::Descriptor;
use crate::env::Env;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::Plan;

/// A collection's number within its storage, given when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionId(pub u32);

/// What a storage is told when a collection is opened.
#[derive(Clone)]
#[non_exhaustive]
pub struct Opening {
    /// What the collection holds.
    pub descriptor: &'static Descriptor,
    /// How a resident storage makes the typed table. Other storages have no use for it; one that wraps a resident
    /// storage passes it on.
    pub table: fn() -> Box<dyn Any + Send + Sync>,
}

impl Opening {
    /// An opening of this collection.
    pub fn new(descriptor: &'static Descriptor, table: fn() -> Box<dyn Any + Send + Sync>) -> Self {
        Self { descriptor, table }
    }
}

/// What a storage tells the store when others should look again.
///
/// The store gives it to [`Storage::attach`].
pub trait Listener: Send + Sync {
    /// `commit` has become visible (and durable, where that was asked for). Called once a commit, by whatever thread
    /// made it visible, while no lock of the storage is held. Calls for different commits may overtake each other: the
    /// history, not this call, says in which order they stand.
    fn committed(&self, commit: &CommitRecord);

    /// The storage was closed, or its history was lost: everyone who waits should look again.
    fn interrupted(&self);
}

/// A part of the history.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct History {
    /// Visible commits after the number asked for, in order, whole.
    pub commits: Vec<Arc<CommitRecord>>,
    /// Everything up to this number has been looked at, also where nothing was found.
    pub seen: u64,
    /// `Some` when what directly follows the number asked for is no longer kept: the commits then start at the oldest.
    pub gap: Option<Gap>,
}

/// What is missing from a [`History`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The number after which the history is whole.
    pub oldest: u64,
}

impl History {
    /// These commits, with everything up to `seen` looked at.
    pub fn new(commits: Vec<Arc<CommitRecord>>, seen: u64) -> Self {
        Self { commits, seen, gap: None }
    }

    /// About `most` changes of `commits`, at least one commit where there is one; all of them were looked at up to `end`.
    pub(crate) fn about<'a>(
        commits: impl Iterator<Item = &'a Arc<CommitRecord>>,
        most: usize,
        end: u64,
    ) -> Self {
        let (mut taken, mut n_changes) = (Vec::<Arc<CommitRecord>>::new(), 0);
        for commit in commits {
            if n_changes >= most
                && let Some(last) = taken.last()
            {
                let seen = last.number;
                return Self::new(taken, seen);
            }
            n_changes += commit.changes.len();
            taken.push(Arc::clone(commit));
        }
        Self::new(taken, end)
    }

    /// With a gap before the first commit.
    pub fn with_gap(mut self, oldest: u64) -> Self {
        self.gap = Some(Gap { oldest });
        self
    }
}

/// What `stats()` gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Live rows, over all collections.
    pub rows: u64,
    /// Versions that only snapshots, streams and open transactions can still see.
    pub old_versions: u64,
    /// How many snapshots, streams and open transactions there are.
    pub snapshots: u64,
    /// The number that the oldest of them reads at.
    pub oldest_snapshot: Option<u64>,
    /// The number of the newest visible commit.
    pub visible: u64,
    /// Changes kept for feeds.
    pub history: u64,
}

/// Where rows live.
///
/// Implement it to bring a storage of your own, and prove it by the conformance suite. The words MUST and SHOULD are
/// meant as in RFC 2119.
///
/// Numbers: each commit has a number, a `u64` greater than every number that was ever shown before, the numbers of other
/// processes and of earlier openings included. Numbers need not be dense. The number is the version of the rows that the
/// commit wrote, and a snapshot is "everything up to a number".
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a storage",
    label = "implement `routier::Storage` for `{Self}`, or take `Store::memory()` or `Store::open(..)`"
)]
pub trait Storage: Send + Sync + 'static {
    /// What the storage can do. MUST NOT change while it is open.
    fn capabilities(&self) -> &Capabilities;

    /// A name that is the same for the same data at every opening and different for other data: tokens carry it.
    fn id(&self) -> u64;

    /// Names this opening for writing, greater than all before: tokens carry it. Where a crash or a restored backup can
    /// undo commits that were shown, two openings of copies of the same data MUST NOT have the same.
    fn epoch(&self) -> u64 {
        0
    }

    /// Whether the opening that `epoch` names went as far as `number` in this history: commits that a crash or a restored
    /// backup undid are not of it. The store asks for each token that it is given, and compares those of this opening
    /// with [`Storage::visible`] itself. The default believes every earlier opening, which is right only where nothing
    /// that was shown can be undone.
    fn is_of_history(&self, epoch: u64, number: u64) -> bool {
        let _ = number;
        epoch <= self.epoch()
    }

    /// Takes the clock and ids of the store, and whom to tell of commits. Called once, before anything else.
    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        let _ = (env, listener);
    }

    /// How many changes the history is to keep, where [`StoreBuilder::retain`](crate::StoreBuilder::retain) says: called
    /// once, before anything is opened. A storage SHOULD forget what is more, commit by commit; it MUST keep the last
    /// commit whole. The default leaves the storage's own bound as it is.
    fn retain(&self, changes: usize) {
        let _ = changes;
    }

    /// Opens a collection, making it where it is new. The store asks once for each name; a storage that keeps data MUST
    /// compare the stored descriptor and refuse with [`ErrorKind::Schema`](crate::ErrorKind::Schema) one that old rows
    /// do not satisfy.
    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>>;

    /// Pins what is visible now. MUST include every commit that was acknowledged before the call. Dropping it lets the
    /// storage forget.
    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>>;

    /// What is visible now, for a single read whose number nobody asks for. The default is a [`Storage::snapshot`]; a
    /// storage that has to wait for one gives here what finds the newest state as it reads.
    fn latest(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        self.snapshot()
    }

    /// How the storage would carry out a plan in its own words, for people: the statement that a database is given.
    fn describe(&self, collection: CollectionId, plan: &Plan) -> Option<String> {
        let _ = (collection, plan);
        None
    }

    /// Commits all of `writes`, or nothing.
    ///
    /// In this order of preference, a write set MUST be refused with `Conflict` (cause `Version`) where a
    /// [`Expect::Version`] does not hold, with `Duplicate` where [`Expect::Absent`] does not hold or a distinct group
    /// would be shared, and with `Conflict` (cause `Read`) where something in [`WriteSet::reads`] was changed by a commit
    /// after [`WriteSet::snapshot`]: [`check_reads`] does that for storages that have a history. An error is
    /// [`retryable`](crate::Error::is_retryable) when a commit after the snapshot is to blame.
    ///
    /// The rows MUST be [stamped](crate::AnyRow::stamp) with the number before they can be read. Dropping the answer
    /// leaves the commit done or not done, never half.
    fn commit(&self, writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>>;

    /// Takes `count` numbers for the `#[identity]` field of a collection, never to be given again, and gives the first.
    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>>;

    /// The visible commits after `number`, at least one when there is one, at most about `most` changes.
    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>>;

    /// The number of the newest visible commit.
    fn visible(&self) -> u64;

    /// Lets pending commits end and refuses new ones. MUST bear to be called again: whoever called before may have
    /// dropped the answer. Snapshots and the history SHOULD go on: who follows has yet to be told of the last commits.
    fn close(&self) -> Answer<'static, Result<()>> {
        Answer::Ready(Ok(()))
    }

    /// Ready when each commit that was begun before is decided, also one whose answer was dropped: in the history, or never
    /// to come. The default is for storages of which that is so at once.
    fn settled(&self) -> Answer<'static, Result<()>> {
        Answer::Ready(Ok(()))
    }

    /// Whether a commit could be made now: the error that it would meet. A storage SHOULD look at what it writes to. The
    /// default believes that it could.
    fn health(&self) -> Answer<'static, Result<()>> {
        Answer::Ready(Ok(()))
    }

    /// Figures.
    fn stats(&self) -> Stats {
        Stats { visible: self.visible(), ..Stats::default() }
    }

    /// The typed table of an open collection, where rows are resident: what [`Opening::table`] made, shared.
    fn table(&self, collection: CollectionId) -> Option<Arc<dyn Any + Send + Sync>> {
        let _ = collection;
        None
    }
}
