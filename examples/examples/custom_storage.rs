//! A storage of one's own: what the trait demands, and nothing more, held against the suite of the contract.
//!
//! `cargo run -p routier-examples --features conformance --example custom_storage` prints what passed, what was switched off since
//! the storage does not claim it, and what failed. `-- --broken` leaves one check out, and shows how that is found.
//!
//! Rows are in a `BTreeMap` behind one lock, a snapshot is a copy of it. Queries, pages, live queries, transactions, retries and
//! the rest of what users see is made of these six calls: open, snapshot with a scan by key, commit, identities, changes after a
//! number, and the newest number.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use routier::conformance::{Subject, run};
use routier::entity::{AnyRow, Descriptor, IndexKind};
use routier::storage::{
    Answer, Collected, CollectionId, CommitRecord, Expect, History, Listener, Opening, RowChange, Rows,
    Snapshot, Target, Write, WriteSet, check_reads, row_key,
};
use routier::value::{Datum, DatumRef};
use routier::{Capabilities, ConflictCause, Env, Error, ErrorKind, Isolation, Result, Storage};

type Key = Box<[Datum]>;
type Table = BTreeMap<Key, AnyRow>;

/// The storage.
struct Shelf {
    capabilities: Capabilities,
    state: Mutex<State>,
    /// Leaves the check of distinct values out.
    is_broken: bool,
}

#[derive(Default)]
struct State {
    /// The collections, by their number.
    tables: Vec<(&'static Descriptor, Arc<Table>)>,
    /// The next identity of each.
    identities: Vec<u128>,
    /// All commits, oldest first. Their numbers are 1, 2, 3.
    commits: Vec<Arc<CommitRecord>>,
    listener: Option<Arc<dyn Listener>>,
}

impl Shelf {
    fn new(is_broken: bool) -> Self {
        // MUST be true of the storage, and stay so: what is claimed is tested, what is not claimed is refused.
        let mut capabilities = Capabilities::plain("shelf");
        capabilities.transient = true;
        Self { capabilities, state: Mutex::default(), is_broken }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for Shelf {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// MUST be the same for the same data at every opening, and other for other data.
    fn id(&self) -> u64 {
        std::ptr::from_ref(self).addr() as u64
    }

    fn attach(&self, _env: &Env, listener: Arc<dyn Listener>) {
        self.state().listener = Some(listener);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        let mut state = self.state();
        let name = opening.descriptor.collection;
        let known = state.tables.iter().position(|(descriptor, _)| descriptor.collection == name);
        let place = known.unwrap_or_else(|| {
            state.tables.push((opening.descriptor, Arc::default()));
            state.identities.push(1);
            state.tables.len() - 1
        });
        Answer::Ready(Ok(CollectionId(place as u32)))
    }

    /// MUST include every commit that was acknowledged before the call.
    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        let state = self.state();
        let tables = state.tables.iter().map(|(_, table)| Arc::clone(table)).collect();
        Answer::Ready(Ok(Arc::new(Pinned { number: state.newest(), tables })))
    }

    /// MUST do all or nothing, and refuse in this order: versions, keys and distinct values, reads.
    fn commit(&self, mut set: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        let mut state = self.state();
        if let Err(error) = state.check(&set, self.is_broken) {
            return Answer::Ready(Err(error));
        }
        let record = state.apply(std::mem::take(&mut set.writes), &set);
        let listener = state.listener.clone();
        // MUST be told when no lock is held any more.
        drop(state);
        if let Some(listener) = listener.filter(|_| !record.changes.is_empty()) {
            listener.committed(&record);
        }
        Answer::Ready(Ok(record))
    }

    /// MUST never give a number twice.
    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        let mut state = self.state();
        let name = state.tables[collection.0 as usize].0.collection;
        let next = &mut state.identities[collection.0 as usize];
        let first = *next;
        *next = next.saturating_add(count);
        let is_over = first == u128::MAX;
        Answer::Ready(if is_over {
            Err(Error::new(ErrorKind::Exhausted, "").with_collection(name))
        } else {
            Ok(first)
        })
    }

    /// MUST give at least one commit where there is one.
    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        let state = self.state();
        let after = state.commits.iter().skip(number as usize).take(most.max(1));
        let commits: Vec<Arc<CommitRecord>> = after.cloned().collect();
        let seen = commits.last().map_or(state.newest(), |commit| commit.number);
        Answer::Ready(Ok(History::new(commits, seen)))
    }

    fn visible(&self) -> u64 {
        self.state().newest()
    }
}

impl State {
    fn newest(&self) -> u64 {
        self.commits.len() as u64
    }

    fn found(&self, write: &Write) -> Option<&AnyRow> {
        self.tables[write.collection.0 as usize].1.get(&write.key())
    }

    fn check(&self, set: &WriteSet, is_broken: bool) -> Result<()> {
        set.writes.iter().try_for_each(|write| self.check_version(set, write))?;
        set.writes.iter().try_for_each(|write| self.check_absent(set, write))?;
        if !is_broken {
            set.writes.iter().try_for_each(|write| self.check_distinct(set, write))?;
        }
        let since = || self.commits.iter().skip(set.snapshot as usize).map(|commit| &**commit);
        if set.isolation == Isolation::Serializable {
            return check_reads(&set.reads, since());
        }
        // at `Snapshot` of two that wrote a row the second fails, also where it looked at no version
        let mut blind = set.writes.iter().filter(|write| write.expect == Expect::Anything);
        let changes = || since().flat_map(|commit| &commit.changes);
        let rows = || changes().filter_map(|change| change.after.as_ref().or(change.before.as_ref()));
        let is_it = |write: &Write, row: &AnyRow| {
            let descriptor = self.tables[write.collection.0 as usize].0;
            row.descriptor().collection == descriptor.collection && row_key(row) == write.key()
        };
        match blind.find(|write| rows().any(|row| is_it(write, row))) {
            None => Ok(()),
            Some(write) => {
                let collection = self.tables[write.collection.0 as usize].0.collection;
                Err(Error::conflict(collection, ConflictCause::Read).retryable(true))
            }
        }
    }

    fn check_version(&self, set: &WriteSet, write: &Write) -> Result<()> {
        let Expect::Version(expected) = write.expect else { return Ok(()) };
        let actual = self.found(write).map(AnyRow::version);
        if actual == Some(expected) {
            return Ok(());
        }
        // a commit after the snapshot is to blame: the transaction may run again
        let is_later = set.snapshot != u64::MAX && actual.is_none_or(|version| version > set.snapshot);
        let cause = ConflictCause::Version { key: text(&write.key()), expected, actual };
        let collection = self.tables[write.collection.0 as usize].0.collection;
        Err(Error::conflict(collection, cause).retryable(is_later))
    }

    fn check_absent(&self, set: &WriteSet, write: &Write) -> Result<()> {
        let Some(found) = self.found(write).filter(|_| write.expect == Expect::Absent) else { return Ok(()) };
        let descriptor = found.descriptor();
        let names = descriptor.field_names(descriptor.key);
        let error = Error::duplicate(descriptor.collection, names, text(&write.key()));
        Err(error.retryable(found.version() > set.snapshot))
    }

    /// No row that stays, and no other that is written, has the values of a distinct index.
    fn check_distinct(&self, set: &WriteSet, write: &Write) -> Result<()> {
        let Some(row) = write.row() else { return Ok(()) };
        let (descriptor, table) = &self.tables[write.collection.0 as usize];
        let others: Vec<&Write> =
            set.writes.iter().filter(|other| other.collection == write.collection).collect();
        let written: Vec<Key> = others.iter().map(|other| other.key()).collect();
        let kept = table.iter().filter(|(key, _)| !written.contains(key)).map(|(_, row)| row);
        let staged = others.iter().filter_map(|other| other.row()).filter(|other| !other.same(row));
        let rows: Vec<&AnyRow> = kept.chain(staged).collect();
        for index in descriptor.indexes.iter().filter(|index| index.kind == IndexKind::Distinct) {
            let of = |row: &AnyRow| -> Key {
                index.fields.iter().map(|field| row.read(*field).to_datum()).collect()
            };
            let values = of(row);
            // `None` is never the same
            let is_whole = !values.iter().any(|value| matches!(value, Datum::None));
            if let Some(other) = rows.iter().find(|other| is_whole && of(other) == values) {
                let names = descriptor.field_names(index.fields);
                let error = Error::duplicate(descriptor.collection, names, text(&values));
                return Err(error.retryable(other.version() > set.snapshot));
            }
        }
        Ok(())
    }

    /// Nothing refuses it any more.
    fn apply(&mut self, writes: Vec<Write>, set: &WriteSet) -> Arc<CommitRecord> {
        let number = self.newest() + 1;
        let mut changes = Vec::with_capacity(writes.len());
        for write in writes {
            let (key, place) = (write.key(), write.collection.0 as usize);
            // a snapshot that is open keeps the table as it was
            let table = Arc::make_mut(&mut self.tables[place].1);
            let (before, after) = match write.target {
                Target::Put(mut row) => {
                    // MUST have its version before anybody can read it
                    row.stamp(number);
                    let identity = identity(&row);
                    self.identities[place] = self.identities[place].max(identity.saturating_add(1));
                    (table.insert(key, row.clone()), Some(row))
                }
                Target::Remove(_) => (table.remove(&key), None),
            };
            changes.extend(RowChange::new(write.collection, before, after));
        }
        if changes.is_empty() {
            return Arc::new(CommitRecord::new(number - 1, set.origin.clone(), changes));
        }
        let record = CommitRecord::new(number, set.origin.clone(), changes).made_by(set.transaction);
        let record = Arc::new(record);
        self.commits.push(Arc::clone(&record));
        record
    }
}

/// The number in the identity field of a row: one that was brought along is not given again.
fn identity(row: &AnyRow) -> u128 {
    match row.descriptor().identity.map(|field| row.read(field)) {
        Some(DatumRef::UInt(number)) => number.into(),
        Some(DatumRef::UInt128(number)) => number,
        Some(DatumRef::Int(number)) => u128::try_from(number).unwrap_or(0),
        Some(DatumRef::Int128(number)) => u128::try_from(number).unwrap_or(0),
        _ => 0,
    }
}

/// Values for people.
fn text(values: &[Datum]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    if let [one] = texts.as_slice() { one.clone() } else { format!("({})", texts.join(", ")) }
}

/// One state of all collections.
struct Pinned {
    number: u64,
    tables: Vec<Arc<Table>>,
}

impl Snapshot for Pinned {
    fn number(&self) -> u64 {
        self.number
    }

    /// Every row once, in any order. Filters, orders, limits and pages are made of it.
    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        let table = self.tables.get(collection.0 as usize);
        let rows: Vec<AnyRow> = table.map(|table| table.values().cloned().collect()).unwrap_or_default();
        let examined = rows.len() as u64;
        Answer::Ready(Ok(Box::new(Collected::new(rows, examined))))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let is_broken = std::env::args().any(|argument| argument == "--broken");
    let subject = Subject::new(move |builder| async move { builder.storage(Shelf::new(is_broken)).await });
    let report = run(&subject).await?;
    println!("{report}");
    Ok(if report.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
