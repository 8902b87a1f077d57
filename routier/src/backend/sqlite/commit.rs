//! One commit, within a transaction of SQLite.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use crate::backend::sqlite::column::all_to_sql;
use crate::backend::sqlite::database::Head;
use crate::backend::sqlite::failure::{Failure, Sql};
use crate::backend::sqlite::history::{self, Written, decode};
use crate::backend::sqlite::prepare::{Prepared, PreparedWrite};
use crate::entity::{AnyRow, IndexDescriptor, IndexKind};
use crate::env::sync::Arc;
use crate::error::{ConflictCause, Error};
use crate::storage::{CommitRecord, Expect, Isolation, RowChange, changed, check_reads, row_key};
use crate::store::{text_of, values_text};
use crate::value::DatumRef;

/// The row that stands where one is written.
struct Found {
    version: u64,
    json: String,
    /// `None` where it does not decode: whoever writes over it makes it whole.
    row: Option<AnyRow>,
}

/// What a commit is carried out on.
pub(super) struct Turn<'a> {
    pub(super) connection: &'a Connection,
    pub(super) head: Head,
    pub(super) since: &'a Since<'a>,
    /// How many bytes of JSON the commit has written into the history.
    pub(super) bytes: usize,
}

/// Shows all commits after a number, those of this transaction included, some at a time; false where they are forgotten.
pub(super) type Since<'a> = dyn Fn(u64, &mut dyn FnMut(&[Arc<CommitRecord>]) -> Sql<()>) -> Sql<bool> + 'a;

impl Turn<'_> {
    /// Carries out a commit, whole or not at all.
    pub(super) fn commit(&mut self, set: &mut Prepared) -> Sql<Arc<CommitRecord>> {
        self.connection.prepare_cached("SAVEPOINT one")?.execute([])?;
        let before = self.head;
        let outcome = self.carry_out(set);
        let outcome = match outcome {
            Err(refused) => {
                self.connection.prepare_cached("ROLLBACK TO one")?.execute([])?;
                self.head = before;
                // What a statement stumbled on is said in the words of the collection.
                if refused.is_constraint() {
                    Err(self.explain(set).err().unwrap_or(refused))
                } else {
                    Err(refused)
                }
            }
            done => done,
        };
        self.connection.prepare_cached("RELEASE one")?.execute([])?;
        outcome
    }

    fn carry_out(&mut self, set: &mut Prepared) -> Sql<Arc<CommitRecord>> {
        let found: Vec<Option<Found>> =
            set.writes.iter().map(|write| self.find(write)).collect::<Sql<_>>()?;
        for (write, found) in set.writes.iter().zip(&found) {
            check_version(set, write, found.as_ref())?;
        }
        for (write, found) in set.writes.iter().zip(&found) {
            check_absent(set, write, found.as_ref())?;
        }
        if let Err(conflict) = self.check_isolation(set) {
            // A duplicate is said first.
            self.check_distinct(set)?;
            return Err(conflict);
        }
        let is_nothing =
            |(write, found): (&PreparedWrite, &Option<Found>)| write.put.is_none() && found.is_none();
        if set.writes.iter().zip(&found).all(is_nothing) {
            let nothing: Vec<RowChange> = Vec::new();
            return Ok(Arc::new(CommitRecord::new(self.head.number, set.origin.clone(), nothing)));
        }
        self.apply(set, &found)?;
        // Nothing refuses it any more: a row that was refused has no version.
        let number = self.head.number + 1;
        for put in set.writes.iter_mut().filter_map(|write| write.put.as_mut()) {
            put.row.stamp(number);
        }
        self.record(set, found)
    }

    fn find(&self, write: &PreparedWrite) -> Sql<Option<Found>> {
        let table = &write.table;
        let mut statement = self.connection.prepare_cached(&table.by_key)?;
        let found = statement
            .query_row(params_from_iter(&write.key_columns), |row| {
                Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, String>(1)?))
            })
            .optional()?;
        Ok(found.map(|(version, json)| {
            let row = decode(table, &json, version).ok();
            Found { version, json, row }
        }))
    }

    /// Whether what was read is still so.
    fn check_isolation(&self, set: &Prepared) -> Sql<()> {
        let blind = || set.writes.iter().filter(|write| write.expect == Expect::Anything);
        let is_single = set.snapshot == u64::MAX;
        let is_serializable = set.isolation == Isolation::Serializable;
        if is_single
            || (is_serializable && set.reads.is_empty())
            || (!is_serializable && blind().next().is_none())
        {
            return Ok(());
        }
        let is_known = (self.since)(set.snapshot, &mut |commits| {
            if is_serializable {
                return Ok(check_reads(&set.reads, commits.iter().map(|commit| &**commit))?);
            }
            // Of two that wrote a row the second fails, also where it wrote blindly.
            let changes = || commits.iter().flat_map(|commit| commit.changes.iter());
            let overtaken = blind().find(|write| {
                let is_it = |row: &AnyRow| row_key(row) == write.key;
                changes().any(|change| {
                    change.collection == write.table.id
                        && change.after.as_ref().or(change.before.as_ref()).is_some_and(is_it)
                })
            });
            overtaken.map_or(Ok(()), |write| Err(changed(write.table.descriptor).into()))
        })?;
        if is_known {
            return Ok(());
        }
        let collection = set.writes.first().map_or("", |write| write.table.descriptor.collection);
        Err(Error::conflict(collection, ConflictCause::Read).retryable(true).into())
    }

    /// Writes the rows. What gives a distinct value up goes first, so that another row of the commit may have it.
    fn apply(&self, set: &mut Prepared, found: &[Option<Found>]) -> Sql<()> {
        let number = self.head.number + 1;
        let is_one = set.writes.len() == 1;
        let mut is_inserted = Vec::with_capacity(set.writes.len());
        for (write, found) in set.writes.iter().zip(found) {
            let Some(found) = found else {
                is_inserted.push(true);
                continue;
            };
            let goes = write.put.is_none() || (!is_one && gives_up(write, found));
            if goes {
                let version = Value::Integer(found.version.cast_signed());
                let n = self
                    .connection
                    .prepare_cached(&write.table.remove)?
                    .execute(params_from_iter(write.key_columns.iter().chain([&version])))?;
                one_row(n)?;
            }
            for list in &write.table.lists {
                self.connection
                    .prepare_cached(&list.remove)?
                    .execute(params_from_iter(&write.key_columns))?;
            }
            is_inserted.push(goes);
        }
        for ((write, found), is_inserted) in set.writes.iter_mut().zip(found).zip(is_inserted) {
            if let Some(put) = &mut write.put {
                put.number(&write.table, number);
                self.put(write, found.as_ref().filter(|_| !is_inserted), number)?;
            }
        }
        Ok(())
    }

    fn put(&self, write: &PreparedWrite, found: Option<&Found>, number: u64) -> Sql<()> {
        let (Some(put), table) = (&write.put, &write.table) else { return Ok(()) };
        let Some(found) = found else {
            return put.insert(self.connection, table, &write.key_columns, number);
        };
        let (before, number) = (found.version.cast_signed(), number.cast_signed());
        let of_row = write.key_columns.iter().map(|value| -> &dyn ToSql { value });
        let values = put.values(&number).chain(of_row).chain([&before as &dyn ToSql]);
        one_row(self.connection.prepare_cached(&table.update)?.execute(params_from_iter(values))?)?;
        put.insert_elements(self.connection, table, &write.key_columns)
    }

    /// Writes the commit into the history.
    fn record(&mut self, set: &Prepared, found: Vec<Option<Found>>) -> Sql<Arc<CommitRecord>> {
        let before = self.head;
        let mut written = Vec::with_capacity(set.writes.len());
        for (write, found) in set.writes.iter().zip(&found) {
            let old = found.as_ref().map(|found| (found.version, found.json.as_str()));
            let new = write.put.as_ref().map(|put| put.json.as_str());
            match (old.is_some(), new.is_some()) {
                (false, true) => self.head.rows += 1,
                (true, false) => self.head.rows = self.head.rows.saturating_sub(1),
                (true, true) => {}
                (false, false) => continue,
            }
            written.push(Written { collection: write.table.id, old, new });
        }
        let length = |change: &Written<'_>| {
            change.old.map_or(0, |(_, json)| json.len()) + change.new.map_or(0, str::len)
        };
        self.bytes = written.iter().map(length).sum();
        history::write(self.connection, &mut self.head, (&set.origin, set.transaction), &written)?;
        let changes = set.writes.iter().zip(found).filter_map(|(write, found)| {
            let after = write.put.as_ref().map(|put| put.row.clone());
            RowChange::new(write.table.id, found.and_then(|found| found.row), after)
        });
        let record = CommitRecord::new(self.head.number, set.origin.clone(), changes.collect::<Vec<_>>());
        let record = record.made_by(set.transaction);
        Ok(Arc::new(record.following(before.newest, before.changes)))
    }

    /// Which row SQLite refused, in the words of the collection. It looks at what stood before the commit.
    fn explain(&self, set: &Prepared) -> Sql<()> {
        for (at, write) in set.writes.iter().enumerate() {
            let is_it = |other: &PreparedWrite| other.table.id == write.table.id && other.key == write.key;
            if set.writes.iter().take(at).any(is_it) {
                return Err(duplicate_key(write).into());
            }
            let found = self.find(write)?;
            check_absent(set, write, found.as_ref())?;
        }
        self.check_distinct(set)
    }

    /// No row that stays, and no other that is written, has the values of a distinct group.
    fn check_distinct(&self, set: &Prepared) -> Sql<()> {
        for (at, write) in set.writes.iter().enumerate() {
            let Some(put) = &write.put else { continue };
            let indexes = (0_u16..).zip(write.table.descriptor.indexes);
            for (number, index) in indexes.filter(|(_, index)| index.kind == IndexKind::Distinct) {
                let values = values_of(&put.row, index);
                if values.iter().any(|value| value.is_none()) {
                    continue;
                }
                let others = set.writes.iter().take(at).filter(|other| other.table.id == write.table.id);
                let is_twice = others.filter_map(|other| other.put.as_ref()).any(|other| {
                    let theirs = values_of(&other.row, index);
                    theirs.iter().zip(&values).all(|(left, right)| left.order(*right).is_eq())
                });
                let other = self.other_with(set, write, number, &values)?;
                if is_twice || other.is_some() {
                    let descriptor = write.table.descriptor;
                    let names = descriptor.field_names(index.fields);
                    let error = Error::duplicate(descriptor.collection, names, values_text(&values));
                    return Err(error.retryable(other.is_some_and(|version| version > set.snapshot)).into());
                }
            }
        }
        Ok(())
    }

    /// The version of a row that has these values, and that the commit does not write.
    fn other_with(
        &self,
        set: &Prepared,
        write: &PreparedWrite,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Sql<Option<u64>> {
        let Some(text) = write.table.get_by(index) else { return Ok(None) };
        let mut statement = self.connection.prepare_cached(text)?;
        let values = all_to_sql(values.iter().copied());
        let n_keys = write.table.descriptor.key.len();
        let found = statement
            .query_row(params_from_iter(&values), |row| {
                let key: Vec<Value> = (0..n_keys).map(|at| row.get(at + 2)).collect::<Result<_, _>>()?;
                Ok((row.get::<_, i64>(0)?.cast_unsigned(), key))
            })
            .optional()?;
        let is_written = |key: &Vec<Value>| {
            set.writes.iter().any(|write_| write_.table.id == write.table.id && write_.key_columns == *key)
        };
        Ok(found.filter(|(_, key)| !is_written(key)).map(|(version, _)| version))
    }
}

fn values_of<'a>(row: &'a AnyRow, index: &IndexDescriptor) -> Vec<DatumRef<'a>> {
    index.fields.iter().map(|field| row.read(*field)).collect()
}

/// Whether a row that is written over loses the values of a distinct index.
fn gives_up(write: &PreparedWrite, found: &Found) -> bool {
    let mut distinct =
        write.table.descriptor.indexes.iter().filter(|index| index.kind == IndexKind::Distinct).peekable();
    if distinct.peek().is_none() {
        return false;
    }
    let (Some(put), Some(row)) = (&write.put, &found.row) else { return true };
    distinct
        .any(|index| index.fields.iter().any(|field| row.read(*field).order(put.row.read(*field)).is_ne()))
}

/// A statement that names the version that was found changes one row: nobody else writes meanwhile.
fn one_row(n: usize) -> Sql<()> {
    if n == 1 {
        Ok(())
    } else {
        Err(Error::bug(format!("a statement changed {n} rows in place of one")).into())
    }
}

fn check_version(set: &Prepared, write: &PreparedWrite, found: Option<&Found>) -> Result<(), Failure> {
    let actual = found.map(|found| found.version);
    let Expect::Version(expected) = write.expect else { return Ok(()) };
    if actual == Some(expected) {
        return Ok(());
    }
    let is_later = set.snapshot != u64::MAX && actual.is_none_or(|version| version > set.snapshot);
    let cause = ConflictCause::Version { key: text_of(&write.key), expected, actual };
    Err(Error::conflict(write.table.descriptor.collection, cause).retryable(is_later).into())
}

fn check_absent(set: &Prepared, write: &PreparedWrite, found: Option<&Found>) -> Result<(), Failure> {
    let Some(found) = found.filter(|_| write.expect == Expect::Absent) else { return Ok(()) };
    Err(duplicate_key(write).retryable(found.version > set.snapshot).into())
}

fn duplicate_key(write: &PreparedWrite) -> Error {
    let descriptor = write.table.descriptor;
    Error::duplicate(descriptor.collection, descriptor.field_names(descriptor.key), text_of(&write.key))
}
