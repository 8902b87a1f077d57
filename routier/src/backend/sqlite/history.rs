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

/// So many changes are kept in memory, and read at a time.
pub(super) const KEPT: usize = 4_096;
/// So many bytes of JSON at most are kept in memory, one commit aside, and read at a time.
pub(super) const KEPT_BYTES: usize = 8 << 20;

/// The open collections, by number.
pub(super) type Tables = HashMap<CollectionId, Arc<Table>>;

/// A commit, and how many bytes its rows have as JSON.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) commit: Arc<CommitRecord>,
    pub(super) bytes: usize,
}

/// The commits of some entries.
pub(super) fn commits_of(entries: &[Entry]) -> Vec<Arc<CommitRecord>> {
    entries.iter().map(|entry| Arc::clone(&entry.commit)).collect()
}

/// The newest commits, without a gap.
#[derive(Debug, Default)]
pub(super) struct Recent {
    entries: VecDeque<Entry>,
    n_changes: usize,
    n_bytes: usize,
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
    pub(super) fn extend(&mut self, entries: Vec<Entry>, head: Head) -> (Vec<Entry>, Vec<Entry>) {
        let newest = self.head.number;
        let (new, mut forgotten): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| entry.commit.number > newest);
        if head.number >= newest {
            self.head = head;
        }
        let first = new.first().and_then(|entry| entry.commit.follows);
        if let Some(follows) = first.filter(|follows| follows.number != newest) {
            // What came between is forgotten.
            forgotten.extend(self.forget());
            self.from = follows.number;
        }
        for entry in &new {
            self.n_changes += entry.commit.changes.len();
            self.n_bytes += entry.bytes;
            self.entries.push_back(entry.clone());
        }
        while (self.n_changes > KEPT || self.n_bytes > KEPT_BYTES)
            && self.entries.len() > 1
            && let Some(first) = self.entries.pop_front()
        {
            self.n_changes -= first.commit.changes.len();
            self.n_bytes -= first.bytes;
            self.from = first.commit.number;
            forgotten.push(first);
        }
        (new, forgotten)
    }

    /// Forgets all: a collection was opened whose changes had been left out.
    pub(super) fn forget(&mut self) -> Vec<Entry> {
        (self.n_changes, self.n_bytes) = (0, 0);
        self.from = self.head.number;
        std::mem::take(&mut self.entries).into()
    }

    /// All commits after a number, where they are here.
    pub(super) fn after(&self, number: u64) -> Option<Vec<Arc<CommitRecord>>> {
        (number >= self.from).then(|| self.commits_after(number).cloned().collect())
    }

    /// The history after a number, where it is here.
    pub(super) fn history(&self, number: u64, most: usize) -> Option<History> {
        if number < self.from || number < self.head.forgotten {
            return None;
        }
        Some(History::about(self.commits_after(number), most, self.head.number))
    }

    fn commits_after(&self, number: u64) -> impl Iterator<Item = &Arc<CommitRecord>> {
        let place = self.entries.partition_point(|entry| entry.commit.number <= number);
        self.entries.range(place..).map(|entry| &entry.commit)
    }
}

/// The commits after a number, about so many changes of them or [`KEPT_BYTES`], and where there are more, the number
/// to go on from.
pub(super) fn read_after(
    connection: &Connection,
    tables: &Tables,
    number: u64,
    most: usize,
) -> Sql<(Vec<Entry>, Option<u64>)> {
    let text = "SELECT number, origin, follows, changes, n_changes, made_by FROM routier_commits WHERE number > ? \
                ORDER BY number";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([number.cast_signed()])?;
    let (mut entries, mut n_changes, mut n_bytes) = (Vec::<Entry>::new(), 0_u64, 0);
    while let Some(row) = rows.next()? {
        if (n_changes >= most as u64 || n_bytes >= KEPT_BYTES)
            && let Some(last) = entries.last()
        {
            let number = last.commit.number;
            return Ok((entries, Some(number)));
        }
        let count = |at: usize| row.get::<_, i64>(at).map(i64::cast_unsigned);
        let origin: String = row.get(1)?;
        let mut bytes = 0;
        let changes = read_changes(connection, tables, count(0)?, &mut bytes)?;
        let record = CommitRecord::new(count(0)?, Origin::named(&origin), changes);
        // One that is not ours to read is nobody's whom anybody asks for.
        let made_by: Option<String> = row.get(5)?;
        let record = record.made_by(made_by.and_then(|text| text.parse().ok()));
        entries.push(Entry { commit: Arc::new(record.following(count(2)?, count(3)?)), bytes });
        n_changes += count(4)?;
        n_bytes += bytes;
    }
    Ok((entries, None))
}

/// What a commit did, without the rows of collections that are not open.
fn read_changes(
    connection: &Connection,
    tables: &Tables,
    number: u64,
    bytes: &mut usize,
) -> Sql<Vec<RowChange>> {
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
        *bytes += old.map_or(0, str::len) + new.map_or(0, str::len);
        // What was overwritten since it did not decode is not there.
        let old = old.and_then(|old| decode_old(table, old, old_version.unwrap_or(0).cast_unsigned()).ok());
        let new = new.map(|new| decode_old(table, new, number)).transpose()?;
        changes.extend(RowChange::new(table.id, old, new));
    }
    Ok(changes)
}

/// A row of a table from its JSON.
pub(super) fn decode(table: &Table, json: &str, version: u64) -> Result<AnyRow> {
    let decoded = (table.codec.decode)(json.as_bytes(), version);
    decoded.map_err(|error| not_decoded(table, version, error))
}

/// A row of the history, which may be of an older shape than the table.
fn decode_old(table: &Table, json: &str, version: u64) -> Result<AnyRow> {
    let decoded = table.defaults.decode(table.codec, json.as_bytes(), version);
    decoded.map_err(|error| not_decoded(table, version, error))
}

fn not_decoded(table: &Table, version: u64, why: Error) -> Error {
    Error::corrupt(format!("a row of commit {version} does not decode as `{}`", table.descriptor.entity))
        .with_collection(table.descriptor.collection)
        .with_source(why)
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

#[cfg(test)]
mod tests {
    use super::{Entry, KEPT_BYTES, Recent};
    use crate::backend::sqlite::database::Head;
    use crate::env::sync::Arc;
    use crate::storage::{CommitRecord, Origin};

    #[test]
    fn what_is_kept_has_few_bytes_or_is_one_commit() {
        let mut recent = Recent::begin(Head::default());
        let mut add = |number: u64, bytes| {
            let commit = CommitRecord::new(number, Origin::named("a"), Vec::new());
            let commit = Arc::new(commit.following(number - 1, 0));
            let head = Head { number, newest: number, ..Head::default() };
            let (new, _) = recent.extend(vec![Entry { commit, bytes }], head);
            assert_eq!(new.len(), 1);
            [number.saturating_sub(2), number - 1]
                .map(|after| recent.after(after).map(|commits| commits.len()))
        };
        assert_eq!(add(1, KEPT_BYTES / 2), [Some(1), Some(1)]);
        assert_eq!(add(2, KEPT_BYTES / 2), [Some(2), Some(1)]);
        assert_eq!(add(3, 1), [Some(2), Some(1)]);
        assert_eq!(add(4, 3 * KEPT_BYTES), [None, Some(1)]);
        assert_eq!(add(5, 0), [None, Some(1)]);
        assert_eq!(add(6, 0), [Some(2), Some(1)]);
    }
}
