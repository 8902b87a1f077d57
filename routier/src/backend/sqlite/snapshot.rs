//! Reading.

use std::collections::VecDeque;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::backend::sqlite::column::all_to_sql;
use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::filter::{Part, shown};
use crate::backend::sqlite::history::decode;
use crate::backend::sqlite::open::of_shape;
use crate::backend::sqlite::select::Select;
use crate::backend::sqlite::session::Session;
use crate::backend::sqlite::shared::Shared;
use crate::backend::sqlite::table::Table;
use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::query::eval;
use crate::query::{Access, Plan, Position, Predicate, Query};
use crate::storage::{Answer, Batch, CollectionId, Rows, Snapshot, position, row_key};
use crate::value::DatumRef;

/// So many rows are read at a time.
const BATCH: usize = 1_024;
/// Fewer where they have more bytes of JSON.
const BATCH_BYTES: usize = 8 << 20;

/// What is read.
pub(super) enum SqliteSnapshot {
    /// One state of the database, and the number of the newest commit in it.
    Pinned(Arc<Session>, u64),
    /// The newest state at each read: for who reads once, and asks for no number.
    Latest(Arc<Shared>),
}

impl SqliteSnapshot {
    /// The state of now. It may block.
    pub(super) fn pinned(shared: Arc<Shared>) -> Result<Self> {
        let session = Session::new(shared);
        let number = session.pin()?;
        Ok(Self::Pinned(session, number))
    }

    /// What the batches of one query are read by.
    fn session(&self) -> Arc<Session> {
        match self {
            Self::Pinned(session, _) => Arc::clone(session),
            Self::Latest(shared) => Session::new(Arc::clone(shared)),
        }
    }

    fn find(
        &self,
        collection: CollectionId,
        by: By,
        values: Vec<Value>,
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        match self {
            Self::Pinned(session, _) => {
                let session = Arc::clone(session);
                later(move || {
                    let table = session.shared().table(collection)?;
                    if !session.has(&table)? {
                        return Ok(None);
                    }
                    session.with(|connection| find(connection, &table, &by, &values))
                })
            }
            // A single statement sees one state without a transaction.
            Self::Latest(shared) => shared.soon(move |shared| {
                let table = shared.table(collection)?;
                shared.read(|connection| find(connection, &table, &by, &values))
            }),
        }
    }
}

/// What a row is found by.
enum By {
    Key,
    Distinct(u16),
}

fn find(connection: &Connection, table: &Table, by: &By, values: &[Value]) -> Sql<Option<AnyRow>> {
    look_up(connection, table, by, values).map_err(|failure| of_shape(connection, table, failure))
}

fn look_up(connection: &Connection, table: &Table, by: &By, values: &[Value]) -> Sql<Option<AnyRow>> {
    let text = match by {
        By::Key => Some(table.by_key.as_str()),
        By::Distinct(index) => table.get_by(*index),
    };
    let text = text.ok_or_else(|| Error::bug("there is no index of this number"))?;
    let mut statement = connection.prepare_cached(text)?;
    statement.query_row(params_from_iter(values), |row| Ok(read(table, row))).optional()?.transpose()
}

/// The row in a line of a result.
fn read(table: &Table, row: &Row<'_>) -> Sql<AnyRow> {
    let version: i64 = row.get(0)?;
    let json = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    decode(table, json, version.cast_unsigned()).map_err(|error| {
        let values = (0..table.descriptor.key.len()).map(|at| row.get::<_, Value>(at + 2).ok());
        let texts: Vec<String> = values.flatten().map(|value| shown(&value)).collect();
        let key = if let [one] = texts.as_slice() { one.clone() } else { format!("({})", texts.join(", ")) };
        error.with_key(key).into()
    })
}

/// What is read is read on a thread that may block.
fn later<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<'static, T> {
    Answer::later(blocking::unblock(work))
}

impl Snapshot for SqliteSnapshot {
    fn number(&self) -> u64 {
        match self {
            Self::Pinned(_, number) => *number,
            Self::Latest(shared) => shared.visible(),
        }
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        scan(self.session(), collection)
    }

    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        self.find(collection, By::Key, all_to_sql(key.iter().copied()))
    }

    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        self.find(collection, By::Distinct(index), all_to_sql(values.iter().copied()))
    }

    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        execute(self.session(), collection, plan)
    }

    fn count(&self, collection: CollectionId, plan: &Arc<Plan>) -> Option<Answer<'static, Result<u64>>> {
        let session = self.session();
        let table = session.shared().table(collection).ok()?;
        let select = Select::of(plan, &table);
        let (offset, limit) = (plan.query.offset, plan.query.limit.unwrap_or(u64::MAX));
        let is_nothing = plan.access == Access::Nothing;
        select.is_whole.then(|| {
            later(move || {
                if is_nothing || !session.has(&table)? {
                    return Ok(0);
                }
                let found = session.with(|connection| {
                    let found = count(connection, &select.count(&table));
                    found.map_err(|failure| of_shape(connection, &table, failure))
                })?;
                Ok(found.saturating_sub(offset).min(limit))
            })
        })
    }
}

fn count(connection: &Connection, statement: &Part) -> Sql<u64> {
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let found: i64 = prepared.query_row(params_from_iter(&statement.values), |row| row.get(0))?;
    Ok(found.cast_unsigned())
}

fn scan(session: Arc<Session>, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
    let table = match session.shared().table(collection) {
        Ok(table) => table,
        Err(error) => return Answer::Ready(Err(error)),
    };
    let query = Query { unordered: true, ..Query::default() };
    execute(session, collection, Arc::new(Plan::scan(query, table.descriptor, Arc::new([]))))
}

/// Begins a plan, and reads its first rows: from then on it is clear which state they are of.
fn execute(
    session: Arc<Session>,
    collection: CollectionId,
    plan: Arc<Plan>,
) -> Answer<'static, Result<Box<dyn Rows>>> {
    later(move || {
        let table = session.shared().table(collection)?;
        let mut reading = Reading::of(table, plan);
        reading.is_over |= !session.has(&reading.table)?;
        let read = if reading.is_over {
            Vec::new()
        } else {
            session.with(|connection| reading.go_on(connection, BATCH))?
        };
        let rows = SqliteRows { session, reading: Some(Box::new(reading)), read: read.into() };
        let rows: Box<dyn Rows> = Box::new(rows);
        Ok(rows)
    })
}

/// The rows of a plan.
struct SqliteRows {
    session: Arc<Session>,
    /// `None` only while it is away.
    reading: Option<Box<Reading>>,
    read: VecDeque<AnyRow>,
}

impl SqliteRows {
    /// Of what was read already, so much at most.
    fn take(&mut self, most: usize) -> Batch {
        let rows: Vec<AnyRow> = self.read.drain(..most.min(self.read.len())).collect();
        let n = rows.len() as u64;
        Batch::new(rows, n)
    }
}

/// How far a plan has been carried out.
struct Reading {
    table: Arc<Table>,
    select: Select,
    plan: Arc<Plan>,
    /// The last row that was read: SQLite goes on behind it.
    last: Option<Position>,
    to_skip: u64,
    left: Option<u64>,
    is_over: bool,
}

impl Rows for SqliteRows {
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>> {
        let is_over = self.reading.as_ref().is_none_or(|reading| reading.is_over);
        if !self.read.is_empty() || is_over {
            return Answer::Ready(Ok(self.take(most)));
        }
        let session = Arc::clone(&self.session);
        let Some(mut reading) = self.reading.take() else { return Answer::Ready(Ok(Batch::default())) };
        let wanted = most.max(BATCH);
        let work = blocking::unblock(move || {
            let found = session.with(|connection| reading.go_on(connection, wanted));
            (reading, found)
        });
        Answer::later(async move {
            let (reading, found) = work.await;
            self.reading = Some(reading);
            self.read = found?.into();
            Ok(self.take(most))
        })
    }
}

impl Reading {
    fn of(table: Arc<Table>, plan: Arc<Plan>) -> Self {
        let select = Select::of(&plan, &table);
        let (to_skip, left) = (plan.query.offset, plan.query.limit);
        let is_over = left == Some(0) || plan.access == Access::Nothing;
        Self { table, select, plan, last: None, to_skip, left, is_over }
    }

    fn go_on(&mut self, connection: &Connection, wanted: usize) -> Sql<Vec<AnyRow>> {
        self.next(connection, wanted).map_err(|failure| of_shape(connection, &self.table, failure))
    }

    /// The next rows: none only at the end. Where the rows have to be sorted, all of them: to ask again would
    /// sort them again.
    fn next(&mut self, connection: &Connection, wanted: usize) -> Sql<Vec<AnyRow>> {
        let wanted = if self.plan.needs_sort() { usize::MAX } else { wanted };
        let window = if self.select.is_whole { (self.to_skip, self.left) } else { (0, None) };
        let statement = self.select.statement(&self.table, self.last.as_ref(), window);
        let mut prepared = connection.prepare_cached(&statement.text)?;
        let mut lines = prepared.query(params_from_iter(&statement.values))?;
        let mut found = Vec::new();
        if self.select.is_whole {
            self.to_skip = 0;
        }
        let (mut last, mut n_bytes) = (None, 0);
        let is_at_once = wanted == usize::MAX;
        while found.len() < wanted && self.left != Some(0) {
            if n_bytes >= BATCH_BYTES && !found.is_empty() && !is_at_once {
                break;
            }
            let Some(line) = lines.next()? else {
                self.is_over = true;
                return Ok(found);
            };
            let row = read(&self.table, line)?;
            n_bytes += line.get_ref(1).and_then(|json| Ok(json.as_str()?.len()))?;
            last = Some(row.clone());
            if !self.select.is_whole && !self.is_wanted(&row) {
                continue;
            }
            if self.to_skip > 0 {
                self.to_skip -= 1;
                continue;
            }
            self.left = self.left.map(|left| left - 1);
            found.push(row);
        }
        self.is_over = self.left == Some(0);
        self.last = last.map(|row| position(&row, &self.select.order));
        Ok(found)
    }

    /// What SQLite does not test.
    fn is_wanted(&self, row: &AnyRow) -> bool {
        let filter: &Predicate = &self.plan.query.filter;
        eval::matches(filter, row)
            && (self.plan.except.is_empty() || self.plan.except.binary_search(&row_key(row)).is_err())
    }
}
