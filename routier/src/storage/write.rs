//! What a commit is asked to do.

use crate::entity::AnyRow;
use crate::storage::commit::Origin;
use crate::storage::reads::Reads;
use crate::storage::transaction::TransactionId;
use crate::storage::{CollectionId, Isolation};
use crate::value::Datum;

/// All that one commit writes, and what has to hold for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct WriteSet {
    /// The number that the transaction read at: a commit after it makes an error retryable. `u64::MAX` for a single
    /// statement, which read nothing.
    pub snapshot: u64,
    /// Who writes.
    pub origin: Origin,
    /// Which transaction writes. It MUST stand in the [`CommitRecord`](crate::storage::CommitRecord), as the origin does.
    pub transaction: Option<TransactionId>,
    /// How far the transaction is kept apart.
    pub isolation: Isolation,
    /// The writes, at most one for each row, in the order of the rows' last writes.
    pub writes: Vec<Write>,
    /// What was read.
    pub reads: Reads,
}

impl WriteSet {
    /// The write set of a single statement.
    pub fn statement(origin: Origin, writes: Vec<Write>) -> Self {
        Self {
            snapshot: u64::MAX,
            origin,
            transaction: None,
            isolation: Isolation::Serializable,
            writes,
            reads: Reads::default(),
        }
    }
}

/// One row to be written or removed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Write {
    /// The collection.
    pub collection: CollectionId,
    /// What to do.
    pub target: Target,
    /// What has to hold.
    pub expect: Expect,
}

/// The row to be written, or the key of the one to be removed.
#[derive(Clone, Debug)]
pub enum Target {
    /// Write this row; its key says where.
    Put(AnyRow),
    /// Remove the row with this key.
    Remove(Box<[Datum]>),
}

impl Write {
    /// Writes `row`.
    pub fn put(collection: CollectionId, row: AnyRow, expect: Expect) -> Self {
        Self { collection, target: Target::Put(row), expect }
    }

    /// Removes the row with this key. A row that is not there is no error of its own: see [`Expect`].
    pub fn remove(collection: CollectionId, key: Box<[Datum]>, expect: Expect) -> Self {
        Self { collection, target: Target::Remove(key), expect }
    }

    /// The values of the key.
    pub fn key(&self) -> Box<[Datum]> {
        match &self.target {
            Target::Put(row) => row_key(row),
            Target::Remove(key) => key.clone(),
        }
    }

    /// The row that will stand there.
    pub fn row(&self) -> Option<&AnyRow> {
        match &self.target {
            Target::Put(row) => Some(row),
            Target::Remove(_) => None,
        }
    }
}

/// The values of a row's key.
pub fn row_key(row: &AnyRow) -> Box<[Datum]> {
    row.descriptor().key.iter().map(|field| row.read(*field).to_datum()).collect()
}

/// What has to hold of a row at the moment of the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing.
    Anything,
    /// There is no row with this key: else `Duplicate`.
    Absent,
    /// The row has this version: else `Conflict` with cause `Version`.
    Version(u64),
}
