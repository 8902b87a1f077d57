//! The commits in the database, and the newest of them in memory.

use std::collections::{HashMap, VecDeque};

use rusqlite::{Connection, params};

use crate::backend::sqlite::database::Head;
use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::table::Table;
use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::storage::{CollectionId, CommitRecord, History, Origin, RowChange, TransactionId};

/// So many changes are kept in memory.
const KEPT: usize = 4_096;

/// The open collections, by number.
pub(super) type Tables = HashMap<CollectionId, Arc<Table>>;

type Commits = Vec<Arc<CommitRecord>>;

/// The newest commits, without a gap.
#[derive(Debug, Default)]
pub(super) struct Recent {
    commits: VecDeque<Arc<CommitRecord>>,
    n_changes: usize,
    /// What stands here is all that came after this commit.
    from: u64,
    /// The database's, as it was last seen.
    head: Head,
}

impl Recent {
    pub(super) fn begin(head: Head) -> Self {
        Self { from: head.number, head, ..Self::default() }
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Adds what follows on the newest. Gives what had not been there, and what is forgotten for it. `head` is as of the last
    /// commit.
    pub(super) fn extend(&mut self, commits: Vec<Arc<CommitRecord>>, head: Head) -> (Commits, Commits) {
        let newest = self.head.number;
        let (new, mut forgotten): (Commits, Commits) =
            commits.into_iter().partition(|commit| commit.number > newest);
        if head.number >= newest {
            self.head = head;
        }
        let first = new.first().and_then(|commit| commit.follows);
        if let Some(follows) = first.filter(|follows| follows.number != newest) {
            // What came between is forgotten.
            forgotten.extend(std::mem::take(&mut self.commits));
            self.n_changes = 0;
            self.from = follows.number;
        }
        for commit in &new {
            self.n_changes += commit.changes.len();
            self.commits.push_back(Arc::clone(commit));
        }
        while self.n_changes > KEPT
            && self.commits.len() > 1
            && let Some(first) = self.commits.pop_front()
        {
            self.n_changes -= first.changes.len();
            self.from = first.number;
            forgotten.push(first);
        }
        (new, forgotten)
    }

    /// Forgets all: a collection was opened whose changes had been left out.
    pub(super) fn forget(&mut self) -> Commits {
        self.n_changes = 0;
        self.from = self.head.number;
        std::mem::take(&mut self.commits).into()
    }

    /// All commits after a number, where they are here.
    pub(super) fn after(&self, number: u64) -> Option<Vec<Arc<CommitRecord>>> {
        (number >= self.from).then(|| self.commits.range(self.place(number)..).cloned().collect())
    }

    /// The history after a number, where it is here.
    pub(super) fn history(&self, number: u64, most: usize) -> Option<History> {
        if number < self.from || number < self.head.forgotten {
            return None;
        }
        Some(History::about(self.commits.range(self.place(number)..), most, self.head.number))
    }

    /// The place of the first commit after a number.
    fn place(&self, number: u64) -> usize {
        self.commits.partition_point(|commit| commit.number <= number)
    }
}

/// The commits after a number, about so many changes of them, and whether these are all.
pub(super) fn read_after(
    connection: &Connection,
    tables: &Tables,
    number: u64,
    most: usize,
) -> Sql<(Vec<Arc<CommitRecord>>, bool)> {
    let text = "SELECT number, origin, follows, changes, n_changes, made_by FROM routier_commits WHERE number > ? \
                ORDER BY number";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([number.cast_signed()])?;
    let (mut commits, mut n_changes) = (Vec::new(), 0_u64);
    while let Some(row) = rows.next()? {
        if n_changes >= most as u64 && !commits.is_empty() {
            return Ok((commits, false));
        }
        let count = |at: usize| row.get::<_, i64>(at).map(i64::cast_unsigned);
        let origin: String = row.get(1)?;
        let changes = read_changes(connection, tables, count(0)?)?;
        let record = CommitRecord::new(count(0)?, Origin::named(&origin), changes);
        // One that is not ours to read is nobody's whom anybody asks for.
        let made_by: Option<String> = row.get(5)?;
        let record = record.made_by(made_by.and_then(|text| text.parse().ok()));
        commits.push(Arc::new(record.following(count(2)?, count(3)?)));
        n_changes += count(4)?;
    }
    Ok((commits, true))
}

/// What a commit did, without the rows of collections that are not open.
fn read_changes(connection: &Connection, tables: &Tables, number: u64) -> Sql<Vec<RowChange>> {
    let text =
        "SELECT collection, old_version, old, new FROM routier_changes WHERE number = ? ORDER BY place";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([number.cast_signed()])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(table) = tables.get(&CollectionId(row.get(0)?)) else {
            changes.push(RowChange::of_unopened());
            continue;
        };
        let old_version: Option<i64> = row.get(1)?;
        let (old, new) = (row.get_ref(2)?.as_str_or_null(), row.get_ref(3)?.as_str_or_null());
        let (old, new) = (old.map_err(rusqlite::Error::from)?, new.map_err(rusqlite::Error::from)?);
        // What was overwritten since it did not decode is not there.
        let old = old.and_then(|old| decode(table, old, old_version.unwrap_or(0).cast_unsigned()).ok());
        let new = new.map(|new| decode(table, new, number)).transpose()?;
        changes.extend(RowChange::new(table.id, old, new));
    }
    Ok(changes)
}

/// A row from its JSON.
pub(super) fn decode(table: &Table, json: &str, version: u64) -> Result<AnyRow> {
    (table.codec.decode)(json.as_bytes(), version).map_err(|error| {
        Error::corrupt(format!("a row of commit {version} does not decode as `{}`", table.descriptor.entity))
            .with_collection(table.descriptor.collection)
            .with_source(error)
    })
}

/// One change as it is written.
pub(super) struct Written<'a> {
    pub(super) collection: CollectionId,
    pub(super) old: Option<(u64, &'a str)>,
    pub(super) new: Option<&'a str>,
}

/// Writes a commit behind the head, which is brought up to it.
pub(super) fn write(
    connection: &Connection,
    head: &mut Head,
    (origin, made_by): (&Origin, Option<TransactionId>),
    changes: &[Written<'_>],
) -> Sql<()> {
    let number = head.number + 1;
    let n_changes = changes.len() as u64;
    let text = "INSERT INTO routier_commits (number, origin, follows, changes, n_changes, made_by) \
                VALUES (?, ?, ?, ?, ?, ?)";
    connection.prepare_cached(text)?.execute(params![
        number.cast_signed(),
        origin.name(),
        head.newest.cast_signed(),
        head.changes.cast_signed(),
        n_changes.cast_signed(),
        made_by.map(|id| id.to_string())
    ])?;
    let text = "INSERT INTO routier_changes (number, place, collection, old_version, old, new) \
                VALUES (?, ?, ?, ?, ?, ?)";
    let mut statement = connection.prepare_cached(text)?;
    for (place, change) in (0_i64..).zip(changes) {
        statement.execute(params![
            number.cast_signed(),
            place,
            change.collection.0,
            change.old.map(|(version, _)| version.cast_signed()),
            change.old.map(|(_, json)| json),
            change.new
        ])?;
    }
    head.number = number;
    head.newest = number;
    head.changes += n_changes;
    Ok(())
}

/// Removes the oldest commits while more than so many changes are kept; the last one stays.
pub(super) fn forget(connection: &Connection, head: &mut Head, retain: u64) -> Sql<()> {
    while head.changes - head.forgotten_changes > retain {
        let text = "SELECT number, changes + n_changes FROM routier_commits ORDER BY number LIMIT 1";
        let (number, done) = connection
            .prepare_cached(text)?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        if number.cast_unsigned() >= head.newest {
            return Ok(());
        }
        connection.prepare_cached("DELETE FROM routier_changes WHERE number = ?")?.execute([number])?;
        connection.prepare_cached("DELETE FROM routier_commits WHERE number = ?")?.execute([number])?;
        head.forgotten = number.cast_unsigned();
        head.forgotten_changes = done.cast_unsigned();
    }
    Ok(())
}
