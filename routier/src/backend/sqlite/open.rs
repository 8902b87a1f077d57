//! Opening a collection: its table is made, or brought to the shape that the type has.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::backend::sqlite::column::all_to_sql;
use crate::backend::sqlite::database::Head;
use crate::backend::sqlite::failure::{Failure, Sql};
use crate::backend::sqlite::prepare::{Prepared, Put};
use crate::backend::sqlite::shared::Shared;
use crate::backend::sqlite::table::{Table, quoted};
use crate::backend::sqlite::writer::let_go;
use crate::codec::Defaults;
use crate::entity::Descriptor;
use crate::env::sync::Ordering;
use crate::error::{Error, Result};
use crate::schema::{Changes, Fit, Schema};
use crate::storage::CollectionId;

/// Opens a collection, on the connection that writes.
pub(super) fn open(
    shared: &Shared,
    connection: &mut Connection,
    descriptor: &'static Descriptor,
) -> Sql<CollectionId> {
    let (table, was_there) = open_table(connection, descriptor)?;
    let id = table.id;
    shared.add_table(table);
    if was_there {
        // Its changes had been left out of what is known.
        let forgotten = shared.recent.lock().forget();
        let_go(forgotten);
    }
    Ok(id)
}

fn open_table(connection: &mut Connection, descriptor: &'static Descriptor) -> Sql<(Table, bool)> {
    let name = descriptor.collection;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = Known::find(&transaction, name)?;
    let schema = Schema::from(descriptor);
    let was_there = known.is_some();
    let (mut table, is_changed) = match known {
        None => (create(&transaction, descriptor, &schema)?, true),
        Some(known) if known.name != name => {
            let why = format!("the name differs only by case from the stored collection `{}`", known.name);
            return Err(Error::schema(name, why).into());
        }
        Some(known) => {
            let mut table = Table::new(known.id, descriptor)?;
            table.defaults = known.defaults;
            let stored: Schema = known.schema.parse()?;
            let changes = stored.diff(&schema);
            if changes.iter().any(|change| change.fit() == Fit::Breaks) {
                return Err(Error::schema(name, changes.to_string()).into());
            }
            if !changes.is_empty() {
                let newest = Head::read(&transaction)?.number;
                table.defaults = table.defaults.evolved(&stored, descriptor, newest)?;
                renew(&transaction, &table, &changes)?;
                note_shape(&transaction, &table, &schema)?;
            }
            (table, !changes.is_empty())
        }
    };
    if is_changed {
        let mut head = Head::read(&transaction)?;
        head.shapes += 1;
        head.write(&transaction)?;
        if was_there {
            table.fits_since = head.shapes;
        } else {
            table.since = head.shapes;
        }
    }
    transaction.commit()?;
    Ok((table, was_there))
}

/// What the database says of a collection.
struct Known {
    id: CollectionId,
    name: String,
    schema: String,
    defaults: Defaults,
}

impl Known {
    fn find(connection: &Connection, name: &str) -> Sql<Option<Self>> {
        let text = "SELECT id, name, schema, defaults FROM routier_collections WHERE name = ?";
        let found = connection.query_row(text, [name], |row| {
            let defaults: String = row.get(3)?;
            Ok((
                Self {
                    id: CollectionId(row.get(0)?),
                    name: row.get(1)?,
                    schema: row.get(2)?,
                    defaults: Defaults::default(),
                },
                defaults,
            ))
        });
        let Some((known, defaults)) = found.optional()? else { return Ok(None) };
        let defaults = serde_json::from_str(&defaults).map_err(|error| {
            let why = "the defaults that are noted of the collection are none";
            Error::corrupt(why).with_collection(name.to_owned()).with_source(error)
        })?;
        Ok(Some(Self { defaults, ..known }))
    }
}

/// Notes the shape that a collection has now, and what old rows were given.
fn note_shape(connection: &Connection, table: &Table, schema: &Schema) -> Sql<()> {
    let text = "UPDATE routier_collections SET schema = ?, defaults = ? WHERE id = ?";
    connection.execute(text, params![schema.to_string(), json_of(&table.defaults)?, table.id.0])?;
    Ok(())
}

fn json_of(defaults: &Defaults) -> Result<String> {
    serde_json::to_string(defaults)
        .map_err(|error| Error::bug("the defaults do not encode").with_source(error))
}

fn create(connection: &Connection, descriptor: &'static Descriptor, schema: &Schema) -> Sql<Table> {
    let text = "INSERT INTO routier_collections (name, schema, defaults, identity) VALUES (?, ?, ?, ?)";
    let defaults = json_of(&Defaults::default())?;
    connection
        .execute(text, params![descriptor.collection, schema.to_string(), defaults, 0_u128.to_be_bytes()])?;
    let id: u32 = connection.query_row("SELECT last_insert_rowid()", [], |row| row.get(0))?;
    let table = Table::new(CollectionId(id), descriptor)?;
    for statement in table.create() {
        connection.execute(&statement, [])?;
    }
    Ok(table)
}

/// Makes the table anew from the rows that are in it: columns and indexes are what the type declares now, and what old
/// rows lack they are given.
fn renew(connection: &Connection, table: &Table, changes: &Changes) -> Sql<()> {
    let name = quoted(&table.name);
    let text = "SELECT type, name FROM sqlite_schema WHERE (type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL \
                AND name LIKE 'routier!_%' ESCAPE '!') OR (type = 'table' AND name LIKE ?2 ESCAPE '!')";
    let lists = format!("routier!_list!_{}!_%", table.id.0);
    let mut statement = connection.prepare(text)?;
    let old = statement.query_map(params![table.name, lists], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    for (kind, name) in old.collect::<Result<Vec<_>, _>>()? {
        connection.execute(&format!("DROP {kind} {}", quoted(&name)), [])?;
    }
    connection.execute(&format!("ALTER TABLE {name} RENAME TO routier_before"), [])?;
    for statement in table.create() {
        connection.execute(&statement, [])?;
    }
    let mut old = connection.prepare("SELECT routier_version, routier_row FROM routier_before")?;
    let mut rows = old.query([])?;
    while let Some(row) = rows.next()? {
        let version: i64 = row.get(0)?;
        let json = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let decoded = table.defaults.decode(table.codec, json.as_bytes(), version.cast_unsigned());
        let decoded = decoded.map_err(|error| {
            let why = format!("a row of commit {version} does not fit\n{changes}");
            Error::schema(table.descriptor.collection, why).with_source(error)
        })?;
        let put = Put::new(decoded, table)?;
        let key = all_to_sql(table.descriptor.key.iter().map(|field| put.row.read(*field)));
        put.insert(connection, table, &key, version.cast_unsigned()).map_err(|failure| {
            let why = "two rows that are stored have the same distinct values";
            let refused = Error::schema(table.descriptor.collection, why);
            match failure {
                Failure::Sql(error) => Failure::Own(refused.with_source(error)),
                own @ Failure::Own(_) => own,
            }
        })?;
    }
    drop(rows);
    drop(old);
    connection.execute("DROP TABLE routier_before", [])?;
    Ok(())
}

/// The collections whose shape another process has changed since they were opened here.
pub(super) struct Others(HashSet<CollectionId>);

/// Looks whether another process has changed a shape.
pub(super) fn changed_shapes(shared: &Shared, connection: &Connection, head: Head) -> Sql<Option<Others>> {
    if head.shapes == shared.shapes.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let mut changed = HashSet::new();
    for table in shared.tables().values() {
        if has_changed(connection, table)? {
            changed.insert(table.id);
        }
    }
    if changed.is_empty() {
        shared.shapes.store(head.shapes, Ordering::Relaxed);
        return Ok(None);
    }
    Ok(Some(Others(changed)))
}

impl Others {
    /// Why a commit cannot be carried out.
    pub(super) fn refused(&self, set: &Prepared) -> Option<Error> {
        let write = set.writes.iter().find(|write| self.0.contains(&write.table.id))?;
        Some(changed_elsewhere(&write.table))
    }
}

/// What a read failed by: mostly that, but where the collection has another shape by now, it was by this.
pub(super) fn of_shape(connection: &Connection, table: &Table, failure: Failure) -> Failure {
    if has_changed(connection, table).unwrap_or(false) { changed_elsewhere(table).into() } else { failure }
}

fn has_changed(connection: &Connection, table: &Table) -> Sql<bool> {
    let text = "SELECT schema FROM routier_collections WHERE id = ?";
    let stored: String = connection.prepare_cached(text)?.query_row([table.id.0], |row| row.get(0))?;
    Ok(stored != Schema::from(table.descriptor).to_string())
}

fn changed_elsewhere(table: &Table) -> Error {
    let why = "another process has changed the shape of the collection since it was opened here: open the store \
               again, with that shape";
    Error::schema(table.descriptor.collection, why)
}
