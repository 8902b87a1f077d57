//! What a transaction has staged and read.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::entity::AnyRow;
use crate::env::sync::{Arc, Mutex, MutexGuard};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Position, Query};
use crate::storage::{
    CollectionId, Expect, FilterRead, KeyRead, Origin, Reads, Snapshot, TransactionId, Write, WriteSet,
};
use crate::store::core::Core;
use crate::store::identities::identity_of;
use crate::store::transaction::free::{Rewritten, distinct, still_free};
use crate::store::transaction::options::TransactionOptions;
use crate::value::Datum;

/// A row's place among all collections.
type Place = (CollectionId, Box<[Datum]>);

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
    staged: BTreeMap<Place, Staged>,
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

/// What the transaction will make of a row.
#[derive(Clone)]
pub(crate) struct Staged {
    /// The row that will stand there; `None` where it will be removed.
    pub(crate) row: Option<AnyRow>,
    pub(crate) expect: Expect,
    /// Its place among the transaction's writes.
    order: u64,
    /// The distinct indexes in which it has the values that it was inserted with: they were seen to be free.
    free: Vec<u16>,
}

/// One write of a statement, not yet staged.
pub(crate) struct Change {
    pub(crate) key: Box<[Datum]>,
    pub(crate) row: Option<AnyRow>,
    /// What must hold at the commit, if the transaction has not written the row before.
    pub(crate) expect: Expect,
}

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
            staged: BTreeMap::new(),
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
        state.staged.get(&(collection, key.into())).map(|staged| staged.row.clone())
    }

    /// Everything that is staged for a collection, by key.
    pub(crate) fn staged_of(&self, collection: CollectionId) -> Vec<(Box<[Datum]>, Option<AnyRow>)> {
        let state = self.state.lock();
        let from: Place = (collection, Box::new([]));
        state
            .staged
            .range((Bound::Included(from), Bound::Unbounded))
            .take_while(|((of, _), _)| *of == collection)
            .map(|((_, key), staged)| (key.clone(), staged.row.clone()))
            .collect()
    }

    /// The largest identity that the rows staged for a collection have.
    pub(crate) fn brought(&self, collection: CollectionId) -> Option<u128> {
        self.state.lock().brought.get(&collection).copied()
    }

    /// Whether reads have to be remembered.
    fn tracks(&self) -> bool {
        !self.options.read_only
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
        changes: Vec<Change>,
        mut check: impl FnMut(&StagedView<'_>, &Change) -> Result<()>,
    ) -> Result<()> {
        self.core.check_encoded(changes.iter().filter_map(|change| change.row.as_ref()))?;
        let brought = changes.iter().filter_map(|change| identity_of(change.row.as_ref()?)).max();
        let mut state = self.open_state()?;
        if let Some(brought) = brought {
            let largest = state.brought.entry(collection).or_default();
            *largest = brought.max(*largest);
        }
        let mut undo = Vec::with_capacity(changes.len());
        let mut outcome = Ok(());
        // rows that nobody else holds are dropped after the lock
        let mut dropped = Vec::new();
        let mut changes = changes.into_iter();
        let mut refused = None;
        for change in changes.by_ref() {
            outcome = check(&StagedView { state: &state, collection }, &change);
            if outcome.is_err() {
                refused = Some(change);
                break;
            }
            let place = (collection, change.key.clone());
            let before = state.apply(place.clone(), change);
            undo.push((place, before));
        }
        if outcome.is_err() {
            for (place, before) in undo.into_iter().rev() {
                dropped.push(match before {
                    Some(before) => state.staged.insert(place, before),
                    None => state.staged.remove(&place),
                });
            }
        } else {
            dropped.extend(undo.into_iter().map(|(_, before)| before));
        }
        drop(state);
        drop((refused, changes));
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
        staged: BTreeMap<Place, Staged>,
        reads: Reads,
        snapshot: Option<Arc<dyn Snapshot>>,
    ) -> Result<()> {
        let mut staged: Vec<(Place, Staged)> = staged.into_iter().collect();
        staged.sort_by_key(|(_, staged)| staged.order);
        let mut handles = Vec::new();
        let mut writes = Vec::with_capacity(staged.len());
        for ((collection, key), staged) in staged {
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
    /// Stages one change, and gives what was staged before.
    fn apply(&mut self, place: Place, change: Change) -> Option<Staged> {
        let order = self.next_order;
        self.next_order += 1;
        let before = self.staged.get(&place).cloned();
        let free = match (&before, &change.row) {
            (_, Some(row)) if change.expect == Expect::Absent => distinct(row),
            (Some(Staged { row: Some(row), free, .. }), next) => {
                let rewritten = Rewritten { collection: place.0, row, next: next.as_ref() };
                still_free(free, &rewritten, &mut self.reads)
            }
            _ => Vec::new(),
        };
        let expect = before.as_ref().map_or(change.expect, |before| before.expect);
        if change.row.is_none() && expect == Expect::Absent {
            // inserted and removed within the transaction: all that is left is that the key was seen to be free
            self.reads.keys.push(KeyRead { collection: place.0, key: place.1.clone(), version: None });
            self.staged.remove(&place);
        } else {
            self.staged.insert(place, Staged { row: change.row, expect, order, free });
        }
        before
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
        self.state.staged.get(&(self.collection, key.into())).map(|staged| staged.row.as_ref())
    }

    /// The rows staged for the collection.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[Datum], &AnyRow)> {
        let from: Place = (self.collection, Box::new([]));
        self.state
            .staged
            .range((Bound::Included(from), Bound::Unbounded))
            .take_while(|((of, _), _)| *of == self.collection)
            .filter_map(|((_, key), staged)| staged.row.as_ref().map(|row| (&**key, row)))
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
