//! A second storage, as plain as can be: rows in a `Vec`, answers that all come later, numbers with gaps.
//!
//! It shows that nothing above the storage trait assumes memory, typed tables, indexes, dense numbers or answers at
//! once. What it does not do itself, `routier::storage` offers to all: plans over a scan, and the check of reads.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use routier::entity::{AnyRow, Descriptor, IndexKind};
use routier::storage::{
    Answer, Collected, CollectionId, CommitRecord, Expect, History, Listener, Opening, RowChange, Rows,
    Snapshot, Target, Write, WriteSet, check_reads, row_key,
};
use routier::value::Datum;
use routier::{Capabilities, ConflictCause, Env, Error, ErrorKind, Isolation, Result, Stats, Storage};

use crate::stores::Yield;

/// How far numbers are apart.
const STEP: u64 = 7;

/// The storage.
pub struct VecStorage {
    capabilities: Capabilities,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    number: u64,
    tables: Vec<Table>,
    /// All of them: transactions are validated against them, however few are shown to feeds.
    commits: Vec<Arc<CommitRecord>>,
    /// How many changes are shown to feeds.
    retained: Option<usize>,
    listener: Option<Arc<dyn Listener>>,
    closed: bool,
}

#[derive(Clone)]
struct Table {
    descriptor: &'static Descriptor,
    rows: Vec<AnyRow>,
    identities: u128,
}

impl Default for VecStorage {
    fn default() -> Self {
        let mut capabilities = Capabilities::plain("vec");
        capabilities.transient = true;
        Self { capabilities, state: Arc::default() }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl VecStorage {
    /// With transactions that are kept apart no further than this.
    #[must_use]
    pub fn with_isolation(mut self, isolation: Isolation) -> Self {
        self.capabilities.isolation = isolation;
        self
    }

    /// Does `work` on the state, later.
    fn later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Answer<'static, T> {
        let state = Arc::clone(&self.state);
        Answer::later(async move {
            Yield::default().await;
            work(&mut lock(&state))
        })
    }
}

impl Storage for VecStorage {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn id(&self) -> u64 {
        Arc::as_ptr(&self.state).addr() as u64
    }

    fn attach(&self, _env: &Env, listener: Arc<dyn Listener>) {
        lock(&self.state).listener = Some(listener);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        self.later(move |state| {
            let name = opening.descriptor.collection;
            let place = state.tables.iter().position(|table| table.descriptor.collection == name);
            let place = place.unwrap_or_else(|| {
                state.tables.push(Table { descriptor: opening.descriptor, rows: Vec::new(), identities: 0 });
                state.tables.len() - 1
            });
            Ok(CollectionId(place as u32))
        })
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        self.later(|state| {
            let rows = state.tables.iter().map(|table| table.rows.clone()).collect();
            let snapshot: Arc<dyn Snapshot> = Arc::new(VecSnapshot { number: state.number, tables: rows });
            Ok(snapshot)
        })
    }

    fn commit(&self, writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        let state = Arc::clone(&self.state);
        Answer::later(async move {
            Yield::default().await;
            let (record, listener) = {
                let mut state = lock(&state);
                // what is refused is dropped when the lock is free again: that is the user's code
                let found = state.check(&writes)?;
                (state.apply(writes, found), state.listener.clone())
            };
            if let Some(listener) = listener {
                listener.committed(&record);
            }
            // done, but the caller does not know yet
            Yield::default().await;
            Ok(record)
        })
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        self.later(move |state| state.tables[collection.0 as usize].take_identities(count))
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        self.later(move |state| {
            let (forgotten, kept) = state.history();
            let after = kept.iter().filter(|commit| commit.number > number);
            let commits: Vec<Arc<CommitRecord>> = after.take(most.max(1)).cloned().collect();
            let seen = commits.last().map_or(state.number, |commit| commit.number);
            let history = History::new(commits, seen);
            let oldest = forgotten.last().map_or(0, |commit| commit.number);
            Ok(if number < oldest { history.with_gap(oldest) } else { history })
        })
    }

    fn retain(&self, changes: usize) {
        lock(&self.state).retained = Some(changes);
    }

    fn visible(&self) -> u64 {
        lock(&self.state).number
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        self.later(|state| {
            state.closed = true;
            Ok(())
        })
    }

    fn stats(&self) -> Stats {
        let state = lock(&self.state);
        let mut stats = Stats::default();
        stats.rows = state.tables.iter().map(|table| table.rows.len() as u64).sum();
        stats.visible = state.number;
        stats.history = state.history().1.iter().map(|commit| commit.changes.len() as u64).sum();
        stats
    }
}

impl State {
    /// Refuses what must not be committed; else gives the rows that stand there.
    fn check(&self, set: &WriteSet) -> Result<Vec<Option<AnyRow>>> {
        if self.closed {
            return Err(Error::closed());
        }
        let found: Vec<Option<AnyRow>> = set.writes.iter().map(|write| self.find(write)).collect();
        let written = || set.writes.iter().zip(&found);
        written().try_for_each(|(write, found)| self.check_version(set, write, found.as_ref()))?;
        written().try_for_each(|(write, found)| self.check_absent(set, write, found.as_ref()))?;
        set.writes.iter().try_for_each(|write| self.check_distinct(set, write))?;
        self.check_isolation(set)?;
        Ok(found)
    }

    /// Nothing can refuse it any more: only now are the rows given their version.
    fn apply(&mut self, set: WriteSet, found: Vec<Option<AnyRow>>) -> Arc<CommitRecord> {
        let number = self.number + STEP;
        let mut changes = Vec::new();
        for (write, found) in set.writes.into_iter().zip(found) {
            let key = write.key();
            let table = &mut self.tables[write.collection.0 as usize];
            table.rows.retain(|row| row_key(row) != key);
            let row = match write.target {
                Target::Put(mut row) => {
                    row.stamp(number);
                    table.rows.push(row.clone());
                    table.pass_identity(&row);
                    Some(row)
                }
                Target::Remove(_) => None,
            };
            changes.extend(RowChange::new(write.collection, found, row));
        }
        if changes.is_empty() {
            return Arc::new(CommitRecord::new(self.number, set.origin, changes));
        }
        let record = Arc::new(CommitRecord::new(number, set.origin, changes).made_by(set.transaction));
        self.number = number;
        self.commits.push(Arc::clone(&record));
        record
    }

    /// The commits that feeds do not see any more, and those that they do: as many as are to be retained, the last in any
    /// case.
    fn history(&self) -> (&[Arc<CommitRecord>], &[Arc<CommitRecord>]) {
        let most = self.retained.unwrap_or(usize::MAX);
        let mut first = self.commits.len().saturating_sub(1);
        let mut n_changes = self.commits.last().map_or(0, |commit| commit.changes.len());
        while let Some(before) = first.checked_sub(1) {
            n_changes += self.commits[before].changes.len();
            if n_changes > most {
                break;
            }
            first = before;
        }
        self.commits.split_at(first)
    }

    fn table(&self, write: &Write) -> &Table {
        &self.tables[write.collection.0 as usize]
    }

    fn find(&self, write: &Write) -> Option<AnyRow> {
        let key = write.key();
        self.table(write).rows.iter().find(|row| row_key(row) == key).cloned()
    }

    fn check_version(&self, set: &WriteSet, write: &Write, found: Option<&AnyRow>) -> Result<()> {
        let actual = found.map(AnyRow::version);
        let Expect::Version(expected) = write.expect else { return Ok(()) };
        if actual == Some(expected) {
            return Ok(());
        }
        let is_later = set.snapshot != u64::MAX && actual.is_none_or(|version| version > set.snapshot);
        let cause = ConflictCause::Version { key: text(&write.key()), expected, actual };
        Err(Error::conflict(self.table(write).descriptor.collection, cause).retryable(is_later))
    }

    fn check_absent(&self, set: &WriteSet, write: &Write, found: Option<&AnyRow>) -> Result<()> {
        match found {
            Some(found) if write.expect == Expect::Absent => {
                let descriptor = self.table(write).descriptor;
                let names = descriptor.field_names(descriptor.key);
                let error = Error::duplicate(descriptor.collection, names, text(&write.key()));
                Err(error.retryable(found.version() > set.snapshot))
            }
            _ => Ok(()),
        }
    }

    /// No row that stays, and no other that is written, has the values of a distinct group.
    fn check_distinct(&self, set: &WriteSet, write: &Write) -> Result<()> {
        let Some(row) = write.row() else { return Ok(()) };
        let table = self.table(write);
        let others = || set.writes.iter().filter(|other| other.collection == write.collection);
        let written: Vec<Box<[Datum]>> = others().map(Write::key).collect();
        let kept = table.rows.iter().filter(|row| !written.contains(&row_key(row)));
        let staged = others().filter_map(Write::row).filter(|other| !other.same(row));
        let rows: Vec<&AnyRow> = kept.chain(staged).collect();
        for index in table.descriptor.indexes.iter().filter(|index| index.kind == IndexKind::Distinct) {
            let read = |row: &AnyRow| -> Vec<Datum> {
                index.fields.iter().map(|field| row.read(*field).to_datum()).collect()
            };
            let values = read(row);
            if values.iter().any(|value| matches!(value, Datum::None)) {
                continue;
            }
            if let Some(other) = rows.iter().find(|other| read(other) == values) {
                let names = table.descriptor.field_names(index.fields);
                let error = Error::duplicate(table.descriptor.collection, names, text(&values));
                return Err(error.retryable(other.version() > set.snapshot));
            }
        }
        Ok(())
    }

    fn check_isolation(&self, set: &WriteSet) -> Result<()> {
        let since = || self.commits.iter().filter(|commit| commit.number > set.snapshot);
        if set.isolation == Isolation::Serializable {
            return check_reads(&set.reads, since().map(|commit| &**commit));
        }
        // of two that wrote a row the second fails, also where it wrote blindly
        let blind = set.writes.iter().filter(|write| write.expect == Expect::Anything);
        let mut blind = blind.map(|write| (write, write.key()));
        let overtaken = blind.find(|(write, key)| {
            let mut changes = since().flat_map(|commit| &commit.changes);
            changes.any(|change| {
                let row = change.after.as_ref().or(change.before.as_ref());
                change.collection == write.collection && row.is_some_and(|row| row_key(row) == *key)
            })
        });
        overtaken.map_or(Ok(()), |(write, _)| {
            let collection = self.table(write).descriptor.collection;
            Err(Error::conflict(collection, ConflictCause::Read).retryable(true))
        })
    }
}

impl Table {
    /// An identity that was brought along is not given again.
    fn pass_identity(&mut self, row: &AnyRow) {
        let identity = self.descriptor.identity.map(|field| row.read(field).to_datum());
        let number = match identity {
            Some(Datum::UInt(number)) => number.into(),
            Some(Datum::UInt128(number)) => number,
            Some(Datum::Int(number)) => u128::try_from(number).unwrap_or(0),
            Some(Datum::Int128(number)) => u128::try_from(number).unwrap_or(0),
            _ => 0,
        };
        self.identities = self.identities.max(number);
    }

    fn take_identities(&mut self, count: u128) -> Result<u128> {
        let name = self.descriptor.collection;
        let exhausted = || Error::new(ErrorKind::Exhausted, "").with_collection(name);
        let first = self.identities.checked_add(1).ok_or_else(exhausted)?;
        self.identities = self.identities.saturating_add(count);
        Ok(first)
    }
}

/// Values for people: one as it is, several in brackets.
fn text(values: &[Datum]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    if let [one] = texts.as_slice() { one.clone() } else { format!("({})", texts.join(", ")) }
}

struct VecSnapshot {
    number: u64,
    tables: Vec<Vec<AnyRow>>,
}

impl Snapshot for VecSnapshot {
    fn number(&self) -> u64 {
        self.number
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        let rows = self.tables.get(collection.0 as usize).cloned().unwrap_or_default();
        Answer::later(async move {
            Yield::default().await;
            let examined = rows.len() as u64;
            let rows: Box<dyn Rows> = Box::new(Collected::new(rows, examined));
            Ok(rows)
        })
    }
}
