//! A second storage, as plain as can be: rows in a `Vec`, answers that all come later, numbers with gaps.
//!
//! It shows that nothing above the storage trait assumes memory, typed tables, indexes, dense numbers or answers at
//! once. What it does not do itself, `routier::storage` offers to all: plans over a scan, and the check of reads.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use routier::entity::{AnyRow, Descriptor, IndexKind};
use routier::storage::{
    Answer, Collected, CollectionId, CommitRecord, Expect, History, Listener, Opening, RowChange, Rows,
    Snapshot, Target, WriteSet, check_reads, row_key,
};
use routier::value::{Datum, DatumRef};
use routier::{Capabilities, ConflictCause, Env, Error, Isolation, Result, Stats, Storage};

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
    commits: Vec<Arc<CommitRecord>>,
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

/// Comes at the second poll.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl VecStorage {
    /// Does `work` on the state, later.
    fn later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Answer<'static, T> {
        let state = Arc::clone(&self.state);
        Answer::later(async move {
            Yield(false).await;
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
            Yield(false).await;
            let (record, listener) = {
                let mut state = lock(&state);
                (state.commit(writes)?, state.listener.clone())
            };
            if let Some(listener) = listener {
                listener.committed(&record);
            }
            Ok(record)
        })
    }

    fn identities(&self, collection: CollectionId, count: u64) -> Answer<'static, Result<u128>> {
        self.later(move |state| {
            let table = &mut state.tables[collection.0 as usize];
            table.identities += u128::from(count);
            Ok(table.identities - u128::from(count) + 1)
        })
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        self.later(move |state| {
            let after = state.commits.iter().filter(|commit| commit.number > number);
            let commits: Vec<Arc<CommitRecord>> = after.take(most.max(1)).cloned().collect();
            let seen = commits.last().map_or(state.number, |commit| commit.number);
            Ok(History::new(commits, seen))
        })
    }

    fn visible(&self) -> u64 {
        lock(&self.state).number
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        lock(&self.state).closed = true;
        Answer::Ready(Ok(()))
    }

    fn stats(&self) -> Stats {
        let state = lock(&self.state);
        let mut stats = Stats::default();
        stats.rows = state.tables.iter().map(|table| table.rows.len() as u64).sum();
        stats.visible = state.number;
        stats.history = state.commits.iter().map(|commit| commit.changes.len() as u64).sum();
        stats
    }
}

impl State {
    fn commit(&mut self, writes: WriteSet) -> Result<Arc<CommitRecord>> {
        if self.closed {
            return Err(Error::closed());
        }
        let before = self.number;
        let mut tables = self.tables.clone();
        let mut changes = Vec::new();
        let number = before + STEP;
        for write in writes.writes {
            let table = &mut tables[write.collection.0 as usize];
            let key = write.key();
            let place = table.rows.iter().position(|row| row_key(row) == key);
            let found = place.map(|place| table.rows.remove(place));
            expect(table.descriptor, &key, found.as_ref(), write.expect, &writes.isolation, writes.snapshot)?;
            let row = match write.target {
                Target::Put(mut row) => {
                    row.stamp(number);
                    Some(row)
                }
                Target::Remove(_) => None,
            };
            table.rows.extend(row.clone());
            changes.extend(RowChange::new(write.collection, found, row));
        }
        for change in &changes {
            if let Some(row) = &change.after {
                check_distinct(&tables[change.collection.0 as usize], row, writes.snapshot)?;
            }
        }
        if writes.isolation == Isolation::Serializable {
            let since = self.commits.iter().filter(|commit| commit.number > writes.snapshot);
            check_reads(&writes.reads, since.map(|commit| &**commit))?;
        }
        if changes.is_empty() {
            return Ok(Arc::new(CommitRecord::new(before, writes.origin, changes)));
        }
        for change in &changes {
            let table = &mut tables[change.collection.0 as usize];
            if let (Some(row), Some(field)) = (&change.after, table.descriptor.identity)
                && let DatumRef::UInt(identity) = row.read(field)
            {
                table.identities = table.identities.max(identity.into());
            }
        }
        let record = Arc::new(CommitRecord::new(number, writes.origin, changes));
        (self.tables, self.number) = (tables, number);
        self.commits.push(Arc::clone(&record));
        Ok(record)
    }
}

fn expect(
    descriptor: &'static Descriptor,
    key: &[Datum],
    found: Option<&AnyRow>,
    expect: Expect,
    isolation: &Isolation,
    snapshot: u64,
) -> Result<()> {
    let actual = found.map(AnyRow::version);
    let is_later = actual.is_none_or(|version| version > snapshot) && snapshot != u64::MAX;
    let text = key.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = if key.len() == 1 { text } else { format!("({text})") };
    match expect {
        Expect::Absent if actual.is_some() => {
            Err(Error::duplicate(descriptor.collection, descriptor.field_names(descriptor.key), text)
                .retryable(is_later))
        }
        Expect::Version(expected) if actual != Some(expected) => {
            let cause = ConflictCause::Version { key: text, expected, actual };
            Err(Error::conflict(descriptor.collection, cause).retryable(is_later))
        }
        Expect::Anything if *isolation == Isolation::Snapshot && actual.is_some() && is_later => {
            Err(Error::conflict(descriptor.collection, ConflictCause::Read).retryable(true))
        }
        _ => Ok(()),
    }
}

fn check_distinct(table: &Table, row: &AnyRow, snapshot: u64) -> Result<()> {
    for index in table.descriptor.indexes.iter().filter(|index| index.kind == IndexKind::Distinct) {
        let values: Vec<DatumRef<'_>> = index.fields.iter().map(|field| row.read(*field)).collect();
        if values.iter().any(|value| value.is_none()) {
            continue;
        }
        let equal = |other: &&AnyRow| {
            !other.same(row)
                && index
                    .fields
                    .iter()
                    .zip(&values)
                    .all(|(field, value)| other.read(*field).order(*value).is_eq())
        };
        if let Some(other) = table.rows.iter().find(equal) {
            let names = table.descriptor.field_names(index.fields);
            let text = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let text = if values.len() == 1 { text } else { format!("({text})") };
            let is_later = snapshot != u64::MAX && other.version() > snapshot;
            return Err(Error::duplicate(table.descriptor.collection, names, text).retryable(is_later));
        }
    }
    Ok(())
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
            Yield(false).await;
            let examined = rows.len() as u64;
            let rows: Box<dyn Rows> = Box::new(Collected::new(rows, examined));
            Ok(rows)
        })
    }
}
