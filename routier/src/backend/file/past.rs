//! The commits of earlier openings, for feeds that go on where they were.

use std::collections::{HashMap, VecDeque};

use crate::codec::Defaults;
use crate::entity::{AnyRow, Codec};
use crate::env::sync::{Arc, Mutex};
use crate::error::{Error, Result};
use crate::journal::record::{Change, Commit};
use crate::storage::{CollectionId, CommitRecord, History, Origin, RowChange};

/// A collection that is open.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) id: CollectionId,
    pub(super) codec: Codec,
    /// What rows are given that were written before a field was added.
    pub(super) defaults: Arc<Defaults>,
}

/// The open collections, by name.
pub(super) type Readers = HashMap<String, Reader>;

/// What the log had.
pub(super) struct Past {
    kept: Mutex<Kept>,
    /// The newest commit of each collection, also where it is not kept any more.
    last: HashMap<String, u64>,
}

struct Kept {
    commits: VecDeque<Arc<Commit>>,
    n_changes: usize,
    /// The number of the newest commit that is not there any more.
    forgotten: u64,
}

impl Past {
    /// These commits, which follow on the one with the number `forgotten`.
    pub(super) fn new(commits: impl Iterator<Item = Commit>, forgotten: u64) -> Self {
        let commits: VecDeque<Arc<Commit>> = commits.map(Arc::new).collect();
        let n_changes = commits.iter().map(|commit| commit.changes.len()).sum();
        let mut last = HashMap::new();
        for commit in &commits {
            for change in &commit.changes {
                match last.get_mut(&change.collection) {
                    Some(number) => *number = commit.number,
                    None => drop(last.insert(change.collection.clone(), commit.number)),
                }
            }
        }
        Self { kept: Mutex::new(Kept { commits, n_changes, forgotten }), last }
    }

    /// What the log says of the rows of a collection after a commit, in order.
    pub(super) fn changes_of(
        &self,
        collection: &str,
        after: u64,
        mut take: impl FnMut(u64, &Change) -> Result<()>,
    ) -> Result<()> {
        for commit in self.after(after, usize::MAX).0 {
            for change in commit.changes.iter().filter(|change| change.collection == collection) {
                take(commit.number, change)?;
            }
        }
        Ok(())
    }

    /// The commits after a number, of which about so many changes are wanted, and whether these are all. Rows are decoded
    /// under no lock.
    fn after(&self, number: u64, most: usize) -> (Vec<Arc<Commit>>, bool) {
        let kept = self.kept.lock();
        let begin = kept.commits.partition_point(|commit| commit.number <= number);
        let (mut commits, mut n_changes) = (Vec::new(), 0);
        for commit in kept.commits.range(begin..) {
            if n_changes >= most && !commits.is_empty() {
                return (commits, false);
            }
            n_changes += commit.changes.len();
            commits.push(Arc::clone(commit));
        }
        (commits, true)
    }

    /// The newest commit that concerns a collection.
    pub(super) fn last_of(&self, collection: &str) -> Option<u64> {
        self.last.get(collection).copied()
    }

    /// Keeps so many changes, and what comes after `needed`, from which rows are still to be read.
    pub(super) fn retain(&self, changes: usize, needed: u64) {
        let mut kept = self.kept.lock();
        while kept.n_changes > changes
            && kept.commits.front().is_some_and(|first| first.number <= needed)
            && let Some(first) = kept.commits.pop_front()
        {
            kept.n_changes -= first.changes.len();
            kept.forgotten = first.number;
        }
    }

    /// The commits after a number: see [`Storage::history`](crate::Storage::history). Where they are all there are before
    /// `floor`, they are seen up to there.
    pub(super) fn read(&self, number: u64, floor: u64, most: usize, readers: &Readers) -> Result<History> {
        let forgotten = self.kept.lock().forgotten;
        let (commits, are_all) = self.after(number, most);
        let seen = commits.last().filter(|_| !are_all).map_or(floor, |last| last.number);
        let commits = commits.iter().map(|commit| decode(commit, readers).map(Arc::new));
        let history = History::new(commits.collect::<Result<_>>()?, seen);
        Ok(if number < forgotten { history.with_gap(forgotten) } else { history })
    }
}

/// A commit as it was, without the rows of collections that are not open.
fn decode(commit: &Commit, readers: &Readers) -> Result<CommitRecord> {
    let mut changes = Vec::with_capacity(commit.changes.len());
    for change in &commit.changes {
        let Some(reader) = readers.get(&change.collection) else {
            changes.push(RowChange::of_unopened());
            continue;
        };
        let row = |json: &str, version| decode_row(reader, json, version);
        let old = change.old.as_ref().map(|old| row(old.row.get(), old.version)).transpose()?;
        let new = change.new.as_ref().map(|new| row(new.get(), commit.number)).transpose()?;
        changes.extend(RowChange::new(reader.id, old, new));
    }
    let record = CommitRecord::new(commit.number, Origin::named(&commit.origin), changes);
    Ok(record.made_by(commit.transaction).following(commit.after, commit.done))
}

/// A row that the log has.
fn decode_row(reader: &Reader, json: &str, version: u64) -> Result<AnyRow> {
    reader.defaults.decode(reader.codec, json.as_bytes(), version).map_err(|error| {
        Error::corrupt(format!("commit {version} has a row that does not decode")).with_source(error)
    })
}
