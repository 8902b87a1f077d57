//! What a transaction has staged and read.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::{Arc, Mutex, MutexGuard};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::{At, Table};
use crate::query::{Position, Query};
use crate::storage::{
    CollectionId, Expect, FilterRead, KeyRead, Origin, Reads, Snapshot, TransactionId, Write, WriteSet,
};
use crate::store::core::{Core, Opened};
use crate::store::identities::identity_of;
use crate::store::transaction::free::{Rewritten, distinct, still_free};
use crate::store::transaction::options::TransactionOptions;
use crate::store::transaction::rows::{Staged, StagedRows};
use crate::store::view::typed;
use crate::value::{Columns, Datum};

/// The state behind the clones of a [`Transaction`](crate::Transaction).
pub(crate) struct Session {
    pub(crate) core: Arc<Core>,
    pub(crate) origin: Origin,
    pub(crate) options: TransactionOptions,
    pub(crate) id: TransactionId,
    /// The runs before this one, and what the last of them lost by.
    pub(crate) earlier: Earlier,
    number: u64,
    state: Mutex<State>,
}

struct State {
    /// `None` once it has ended.
    snapshot: Option<Arc<dyn Snapshot>>,
    /// Whether a commit was begun that has not failed.
    is_committed: bool,
    staged: StagedRows,
    next_order: u64,
    reads: Reads,
    /// The largest identity among the rows that were staged.
    brought: BTreeMap<CollectionId, u128>,
    /// The first retryable conflict that it met: whatever becomes of it, the transaction has to run again.
    conflict: Option<Error>,
}

/// The runs of a closure before the one that a transaction is for.
#[derive(Default)]
pub(crate) struct Earlier {
    pub(crate) runs: u32,
    pub(crate) lost: Option<Error>,
}

/// One write of a statement, not yet staged.
pub(crate) struct Change {
    pub(crate) key: Box<[Datum]>,
    /// The row that it was made from, where it was read before.
    pub(crate) seen: Option<AnyRow>,
    pub(crate) row: Option<AnyRow>,
    /// What must hold at the commit, if the transaction has not written the row before.
    pub(crate) expect: Expect,
}

/// The writes of a statement: of most, there is one.
pub(crate) type Changes = SmallVec<[Change; 1]>;

impl Session {
    pub(crate) fn new(
        core: Arc<Core>,
        origin: Origin,
        options: TransactionOptions,
        id: TransactionId,
        earlier: Earlier,
        snapshot: Arc<dyn Snapshot>,
    ) -> Self {
        let state = State {
            snapshot: Some(Arc::clone(&snapshot)),
            is_committed: false,
            staged: StagedRows::default(),
            next_order: 0,
            reads: Reads::default(),
            brought: BTreeMap::new(),
            conflict: None,
        };
        Self { core, origin, options, id, earlier, number: snapshot.number(), state: Mutex::new(state) }
    }

    /// The number that it reads at.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The snapshot that it reads at.
    pub(crate) fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.core.check_open()?;
        self.state.lock().snapshot.clone().ok_or_else(ended)
    }

    pub(crate) fn check_writable(&self) -> Result<()> {
        if self.options.read_only {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "this transaction is read-only: begin one without `read_only()` to write",
            ));
        }
        Ok(())
    }

    /// What is staged for a row: `Some(None)` where it is to be removed.
    pub(crate) fn staged(&self, collection: CollectionId, key: &[Datum]) -> Option<Option<AnyRow>> {
        let state = self.state.lock();
        state.staged.get(collection, key).map(|staged| staged.row.clone())
    }

    /// Everything that is staged for a collection, by key.
    pub(crate) fn staged_of(&self, collection: CollectionId) -> Vec<(Box<[Datum]>, Option<AnyRow>)> {
        let state = self.state.lock();
        let staged = state.staged.of(collection).into_iter().flatten();
        staged.map(|(key, staged)| (key.clone(), staged.row.clone())).collect()
    }

    /// The largest identity that the rows staged for a collection have.
    pub(crate) fn brought(&self, collection: CollectionId) -> Option<u128> {
        self.state.lock().brought.get(&collection).copied()
    }

    /// Whether reads have to be remembered.
    fn tracks(&self) -> bool {
        !self.options.read_only
    }

    /// The row with this key, as the transaction sees it: the typed way where rows are resident.
    pub(crate) fn get<E: Entity>(
        &self,
        opened: &Opened<E>,
        table: &Table<E>,
        key: <E::Key as Columns>::Ref<'_>,
    ) -> Result<Option<Versioned<E>>> {
        let collection = opened.id;
        let mut values = Vec::with_capacity(E::Key::WIDTH);
        E::Key::datums(key, &mut |value| values.push(value.to_datum()));
        let values = values.into_boxed_slice();
        let mut state = self.open_state()?;
        if let Some(staged) = state.staged.get(collection, &values) {
            let row = staged.row.clone();
            drop(state);
            return row.map(typed).transpose();
        }
        let found = table.get(key, At::Snapshot(self.number));
        if self.tracks() {
            let version = found.as_ref().map(Versioned::version);
            state.reads.keys.push(KeyRead { collection, key: values, version });
        }
        Ok(found)
    }

    pub(crate) fn note_key(&self, collection: CollectionId, key: &[Datum], version: Option<u64>) {
        if self.tracks() {
            self.state.lock().reads.keys.push(KeyRead { collection, key: key.into(), version });
        }
    }

    /// Remembers a query, which went on to the row at the place `last`, or to the end.
    pub(crate) fn note_query(&self, collection: CollectionId, query: &Query, last: Option<Position>) {
        if self.tracks() {
            let read = FilterRead::of(collection, query, last);
            self.state.lock().reads.filters.push(read);
        }
    }

    /// Remembers a conflict that a new run may get around.
    pub(crate) fn note_conflict(&self, error: Error) -> Error {
        if error.is_retryable() {
            let mut state = self.state.lock();
            if state.conflict.is_none() {
                state.conflict = Some(again(&error));
            }
        }
        error
    }

    /// The conflict that it met.
    pub(crate) fn take_conflict(&self) -> Option<Error> {
        self.state.lock().conflict.take()
    }

    /// Stages the changes of one statement, all or none: `check` sees what is staged so far, the changes before it
    /// included, and refuses the statement by an error.
    pub(crate) fn stage(
        &self,
        collection: CollectionId,
        mut changes: Changes,
        mut check: impl FnMut(&StagedView<'_>, &Change) -> Result<()>,
    ) -> Result<()> {
        self.core.check_encoded(changes.iter().filter_map(|change| change.row.as_ref()))?;
        let brought = changes.iter().filter_map(|change| identity_of(change.row.as_ref()?)).max();
        let mut state = self.open_state()?;
        if let Some(brought) = brought {
            let largest = state.brought.entry(collection).or_default();
            *largest = brought.max(*largest);
        }
        let mut outcome = Ok(());
        let mut undo: SmallVec<[Option<Staged>; 1]> = SmallVec::new();
        let n_changes = changes.len();
        for (place, change) in changes.iter_mut().enumerate() {
            outcome = check(&StagedView { state: &state, collection }, change);
            if outcome.is_err() {
                break;
            }
            let key = if place + 1 < n_changes {
                change.key.clone()
            } else {
                // the last one is never undone
                state.forget_read(collection, change);
                std::mem::take(&mut change.key)
            };
            undo.push(state.apply(collection, key, change.row.take(), change.expect));
        }
        if outcome.is_err() {
            for (change, before) in changes.iter().zip(&mut undo).rev() {
                *before = match before.take() {
                    Some(before) => state.staged.insert(collection, change.key.clone(), before),
                    None => state.staged.remove(collection, &change.key),
                };
            }
        }
        // rows that nobody else holds are dropped after the lock
        drop(state);
        drop((undo, changes));
        outcome
    }

    fn open_state(&self) -> Result<MutexGuard<'_, State>> {
        self.core.check_open()?;
        let state = self.state.lock();
        if state.snapshot.is_none() { Err(ended()) } else { Ok(state) }
    }

    pub(crate) fn rollback(&self) -> Result<()> {
        let taken = {
            let mut state = self.state.lock();
            let snapshot = state.snapshot.take().ok_or_else(ended)?;
            (snapshot, std::mem::take(&mut state.staged), std::mem::take(&mut state.reads))
        };
        drop(taken);
        // a store that was closed has rolled it back already
        self.core.check_open()
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.state.lock().snapshot.is_none()
    }

    /// Whether its writes are done, or may be.
    pub(crate) fn is_committed(&self) -> bool {
        self.state.lock().is_committed
    }

    pub(crate) async fn commit(&self) -> Result<()> {
        let (snapshot, staged, reads) = {
            let mut state = self.open_state()?;
            let snapshot = state.snapshot.take();
            state.is_committed = true;
            (snapshot, std::mem::take(&mut state.staged), std::mem::take(&mut state.reads))
        };
        if staged.is_empty() {
            return Ok(());
        }
        let outcome = self.commit_staged(staged, reads, snapshot).await;
        outcome.map_err(|error| {
            self.state.lock().is_committed = error.kind() == ErrorKind::CommitUnknown;
            self.note_conflict(error)
        })
    }

    async fn commit_staged(
        &self,
        staged: StagedRows,
        reads: Reads,
        snapshot: Option<Arc<dyn Snapshot>>,
    ) -> Result<()> {
        let staged = staged.in_order();
        let mut handles = Vec::new();
        let mut writes = Vec::with_capacity(staged.len());
        for (collection, key, staged) in staged {
            writes.push(match staged.row {
                None => Write::remove(collection, key, staged.expect),
                // the handle that the transaction gave out keeps its row; the committed one shows its version
                Some(row) => match row.copy() {
                    Some(copy) => {
                        handles.push(row);
                        Write::put(collection, copy, staged.expect)
                    }
                    None => Write::put(collection, row, staged.expect),
                },
            });
        }
        let set = WriteSet {
            snapshot: self.number,
            origin: self.origin.clone(),
            transaction: Some(self.id),
            isolation: self.options.isolation,
            writes,
            reads,
        };
        let record = self.core.commit(set, snapshot).await?;
        for mut handle in handles {
            handle.stamp(record.number);
        }
        Ok(())
    }
}

impl State {
    /// Forgets the last read where it is that of a row which is written now: the write expects the same version.
    fn forget_read(&mut self, collection: CollectionId, change: &Change) {
        let is_same = |read: &mut KeyRead| {
            matches!((read.version, change.expect), (Some(seen), Expect::Version(version)) if seen == version)
                && read.collection == collection
                && read.key == change.key
        };
        self.reads.keys.pop_if(is_same);
    }

    /// Stages one change, and gives what was staged before.
    fn apply(
        &mut self,
        collection: CollectionId,
        key: Box<[Datum]>,
        row: Option<AnyRow>,
        expect: Expect,
    ) -> Option<Staged> {
        let order = self.next_order;
        self.next_order += 1;
        let before = self.staged.get(collection, &key);
        let free = match (before, &row) {
            (_, Some(row)) if expect == Expect::Absent => distinct(row),
            (Some(Staged { row: Some(row), free, .. }), next) => {
                let rewritten = Rewritten { collection, row, next: next.as_ref() };
                still_free(free, &rewritten, &mut self.reads)
            }
            _ => Vec::new(),
        };
        let expect = before.map_or(expect, |before| before.expect);
        if row.is_none() && expect == Expect::Absent {
            // inserted and removed within the transaction: all that is left is that the key was seen to be free
            let before = self.staged.remove(collection, &key);
            self.reads.keys.push(KeyRead { collection, key, version: None });
            return before;
        }
        self.staged.insert(collection, key, Staged { row, expect, order, free })
    }
}

/// What a statement's check sees.
pub(crate) struct StagedView<'a> {
    state: &'a State,
    collection: CollectionId,
}

impl StagedView<'_> {
    /// What is staged for a row: `Some(None)` where it is to be removed.
    pub(crate) fn get(&self, key: &[Datum]) -> Option<Option<&AnyRow>> {
        self.state.staged.get(self.collection, key).map(|staged| staged.row.as_ref())
    }

    /// The rows staged for the collection.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[Datum], &AnyRow)> {
        let staged = self.state.staged.of(self.collection).into_iter().flatten();
        staged.filter_map(|(key, staged)| staged.row.as_ref().map(|row| (&**key, row)))
    }
}

/// The same conflict once more, for the run loop: errors are not `Clone`.
fn again(error: &Error) -> Error {
    let mut again = Error::new(error.kind(), "").retryable(true);
    if let Some(collection) = error.collection() {
        again = again.with_collection(collection.to_owned());
    }
    if let Some(cause) = error.cause() {
        again = again.with_cause(cause.clone());
    }
    if let Some(fields) = error.fields() {
        again = again.with_fields(fields.iter().cloned());
    }
    if let Some(value) = error.value() {
        again = again.with_value(value.to_owned());
    }
    again
}

fn ended() -> Error {
    Error::new(ErrorKind::Closed, "this transaction has ended: begin another")
}
