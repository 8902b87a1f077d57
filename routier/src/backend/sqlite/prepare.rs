//! What a commit writes, made ready before anybody waits for it: rows are encoded under no lock.

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::backend::sqlite::column::{all_to_sql, to_sql};
use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::history::Tables;
use crate::backend::sqlite::table::Table;
use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::storage::{Expect, Isolation, Origin, Reads, Target, TransactionId, Write, WriteSet};
use crate::value::{Datum, DatumRef};

/// A write set, ready to be carried out.
pub(super) struct Prepared {
    pub(super) snapshot: u64,
    pub(super) origin: Origin,
    pub(super) transaction: Option<TransactionId>,
    pub(super) isolation: Isolation,
    pub(super) reads: Reads,
    pub(super) writes: Vec<PreparedWrite>,
}

/// One row of it.
pub(super) struct PreparedWrite {
    pub(super) table: Arc<Table>,
    pub(super) key: Box<[Datum]>,
    pub(super) key_columns: Vec<Value>,
    pub(super) put: Option<Put>,
    pub(super) expect: Expect,
}

/// The row that will stand there.
pub(super) struct Put {
    pub(super) row: AnyRow,
    pub(super) json: String,
    pub(super) columns: Vec<Value>,
    /// The different elements of each list that has a table.
    pub(super) lists: Vec<Vec<Value>>,
}

impl Prepared {
    /// # Errors
    ///
    /// What the encoding of a row says.
    pub(super) fn new(set: WriteSet, tables: &Tables) -> Result<Self> {
        let WriteSet { snapshot, origin, transaction, isolation, writes, reads } = set;
        let writes =
            writes.into_iter().map(|write| PreparedWrite::new(write, tables)).collect::<Result<_>>()?;
        Ok(Self { snapshot, origin, transaction, isolation, reads, writes })
    }
}

impl PreparedWrite {
    fn new(write: Write, tables: &Tables) -> Result<Self> {
        let table = tables
            .get(&write.collection)
            .ok_or_else(|| Error::bug("a collection was written that was never opened"))?;
        let key = write.key();
        let put = match write.target {
            Target::Put(row) => Some(Put::new(row, table)?),
            Target::Remove(_) => None,
        };
        let key_columns = all_to_sql(key.iter().map(Datum::as_ref));
        Ok(Self { table: Arc::clone(table), key, key_columns, put, expect: write.expect })
    }
}

impl Put {
    pub(super) fn new(row: AnyRow, table: &Table) -> Result<Self> {
        let json = (table.codec.encode)(&row)?;
        let json = String::from_utf8(json).map_err(|_| Error::bug("a row was encoded as what is no text"))?;
        let columns = all_to_sql(table.columns.iter().map(|field| row.read(*field)));
        let lists = table.lists.iter().map(|list| elements(row.read(list.field))).collect();
        Ok(Self { row, json, columns, lists })
    }

    /// Inserts the row, and its elements.
    pub(super) fn insert(
        &self,
        connection: &Connection,
        table: &Table,
        key: &[Value],
        version: u64,
    ) -> Sql<()> {
        let version = version.cast_signed();
        connection.prepare_cached(&table.insert)?.execute(params_from_iter(self.values(&version)))?;
        self.insert_elements(connection, table, key)
    }

    /// Inserts the elements of its lists.
    pub(super) fn insert_elements(&self, connection: &Connection, table: &Table, key: &[Value]) -> Sql<()> {
        for (list, elements) in table.lists.iter().zip(&self.lists) {
            let mut statement = connection.prepare_cached(&list.insert)?;
            for element in elements {
                statement.execute(params_from_iter([element].into_iter().chain(key)))?;
            }
        }
        Ok(())
    }

    /// What stands in the table: version, row, and the columns of the fields.
    pub(super) fn values<'a>(&'a self, version: &'a i64) -> impl Iterator<Item = &'a dyn ToSql> {
        let columns = self.columns.iter().map(|value| -> &dyn ToSql { value });
        [version as &dyn ToSql, &self.json].into_iter().chain(columns)
    }

    /// Puts the number of its commit into the column of its version field.
    pub(super) fn number(&mut self, table: &Table, number: u64) {
        let Some(field) = table.descriptor.version else { return };
        if let Some(place) = table.columns.iter().position(|column| *column == field)
            && let Some(column) = self.columns.get_mut(place)
        {
            *column = to_sql(DatumRef::UInt(number));
        }
    }
}

/// The different elements of a list.
fn elements(list: DatumRef<'_>) -> Vec<Value> {
    let mut found: Vec<Datum> = Vec::new();
    if let DatumRef::Many(elements) = list {
        elements.each(&mut |element| {
            found.push(element.to_datum());
            true
        });
    }
    found.sort_unstable_by(|left, right| left.as_ref().order(right.as_ref()));
    found.dedup_by(|left, right| left.as_ref().order(right.as_ref()).is_eq());
    all_to_sql(found.iter().map(Datum::as_ref))
}
