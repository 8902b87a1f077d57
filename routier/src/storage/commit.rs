//! What a commit did.

use std::fmt;
use std::ops::Deref;

use smallvec::SmallVec;

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::storage::CollectionId;
use crate::storage::transaction::TransactionId;

/// Who made a commit: a store and its clones, or the name given to `store.as_origin(name)`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(Arc<str>);

impl Origin {
    /// An origin of this name.
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({:?})", self.name())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One commit: its number, and what it changed, one change a row in the order of the rows' last writes.
#[derive(Debug)]
#[non_exhaustive]
pub struct CommitRecord {
    /// The number: the version of what it wrote, and its place among all commits.
    pub number: u64,
    /// Who made it.
    pub origin: Origin,
    /// Which transaction made it; `None` for a single statement.
    pub transaction: Option<TransactionId>,
    /// What changed. A row that was inserted and removed within the commit is not here.
    pub changes: RowChanges,
    /// What came directly before, where the storage has one order of all commits and knows.
    pub follows: Option<Follows>,
}

/// What came directly before a commit.
///
/// By it a feed counts what it missed, and knows without looking that nothing of its concern lies in between. A storage
/// without it serves feeds all the same: they then read every commit, and say that they lagged without saying by how
/// much. One that says it MUST tell its [`Listener`](crate::storage::Listener) of every commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follows {
    /// The number of the commit directly before, 0 for the first of all.
    pub number: u64,
    /// How many changes all commits before have, over the life of the data.
    pub changes: u64,
}

impl CommitRecord {
    /// A commit.
    pub fn new(number: u64, origin: Origin, changes: impl Into<RowChanges>) -> Self {
        Self { number, origin, transaction: None, changes: changes.into(), follows: None }
    }

    /// The same commit, made by this transaction: [`WriteSet::transaction`](crate::storage::WriteSet::transaction).
    pub fn made_by(self, transaction: Option<TransactionId>) -> Self {
        Self { transaction, ..self }
    }

    /// The same commit, directly after the one with the number `number`, and after `changes` changes in all.
    pub fn following(self, number: u64, changes: u64) -> Self {
        Self { follows: Some(Follows { number, changes }), ..self }
    }

    /// How many changes there are up to the end of this commit, over the life of the data, where that is known.
    pub(crate) fn changes_behind(&self) -> Option<u64> {
        let count = u64::try_from(self.changes.len()).ok()?;
        self.follows.map(|follows| follows.changes.saturating_add(count))
    }
}

/// The changes of a commit, a slice of them: made from a `Vec`, or collected. One alone, as most are, is not allocated.
#[derive(Clone, Debug, Default)]
pub struct RowChanges(SmallVec<[RowChange; 1]>);

impl RowChanges {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(SmallVec::with_capacity(capacity))
    }

    pub(crate) fn push(&mut self, change: RowChange) {
        self.0.push(change);
    }
}

impl Deref for RowChanges {
    type Target = [RowChange];

    fn deref(&self) -> &[RowChange] {
        &self.0
    }
}

impl From<Vec<RowChange>> for RowChanges {
    fn from(changes: Vec<RowChange>) -> Self {
        Self(changes.into())
    }
}

impl FromIterator<RowChange> for RowChanges {
    fn from_iter<I: IntoIterator<Item = RowChange>>(changes: I) -> Self {
        Self(changes.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a RowChanges {
    type Item = &'a RowChange;
    type IntoIter = std::slice::Iter<'a, RowChange>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// What a commit did to one row.
///
/// One without a row on either side is of a collection that is not open: see [`RowChange::of_unopened`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RowChange {
    /// The collection.
    pub collection: CollectionId,
    /// The row before the commit; `None` where it was not there.
    pub before: Option<AnyRow>,
    /// The row after the commit; `None` where it is gone.
    pub after: Option<AnyRow>,
}

impl RowChange {
    /// A change. `None` when there is no row on either side.
    pub fn new(collection: CollectionId, before: Option<AnyRow>, after: Option<AnyRow>) -> Option<Self> {
        (before.is_some() || after.is_some()).then_some(Self { collection, before, after })
    }

    /// What stands in the place of a change whose rows cannot be given, since their collection is not open. A history MUST
    /// have it rather than leave the change out: tokens name places within a commit, and the feed of a store has to say
    /// that it cannot give all.
    pub fn of_unopened() -> Self {
        Self { collection: CollectionId(u32::MAX), before: None, after: None }
    }

    /// Whether its collection is not open.
    pub fn is_of_unopened(&self) -> bool {
        self.before.is_none() && self.after.is_none()
    }
}
