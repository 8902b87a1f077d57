//! What both ways to use SQLite by hand have in common: the table of the SQLite storage, and rows as it writes them.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::rows::User;
use crate::subject::Outcome;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS users (
        id ANY NOT NULL,
        email TEXT NOT NULL,
        age ANY NOT NULL,
        version INTEGER NOT NULL,
        row TEXT NOT NULL,
        PRIMARY KEY (id)
    ) STRICT;
    CREATE UNIQUE INDEX IF NOT EXISTS users_by_email ON users (email);
    CREATE INDEX IF NOT EXISTS users_by_age ON users (age, id);
";
const INSERT: &str = "INSERT INTO users (version, row, id, email, age) VALUES (?1, ?2, ?3, ?4, ?5)";
const BY_ID: &str = "SELECT version, row FROM users WHERE id = ?1";
const OF_AGES: &str = "SELECT version, row FROM users WHERE age BETWEEN ?1 AND ?2 ORDER BY age, id";

/// A row with its text, made on the thread of the caller.
pub(crate) struct Encoded {
    user: User,
    pub(crate) json: String,
}

impl Encoded {
    pub(crate) fn of(user: User) -> Outcome<Self> {
        let json = serde_json::to_string(&user)?;
        Ok(Self { user, json })
    }

    pub(crate) fn all(users: Vec<User>) -> Outcome<Vec<Self>> {
        users.into_iter().map(Self::of).collect()
    }
}

/// A connection to the database, which is made where it is missing: each commit is synced, statements are kept.
pub(crate) fn connect(directory: &Path) -> Result<Connection> {
    let connection = Connection::open(directory.join("users.db"))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.execute_batch(TABLE)?;
    Ok(connection)
}

pub(crate) fn insert(connection: &Connection, row: &Encoded, version: i64) -> Result<()> {
    let User { id, email, age, .. } = &row.user;
    let values = params![version, row.json, key(*id), email, age];
    connection.prepare_cached(INSERT)?.execute(values)?;
    Ok(())
}

pub(crate) fn get(connection: &Connection, id: u64) -> Result<Option<(i64, User)>> {
    connection.prepare_cached(BY_ID)?.query_row([key(id)], user).optional()
}

pub(crate) fn between(connection: &Connection, age: u32, span: u32) -> Result<Vec<(i64, User)>> {
    connection.prepare_cached(OF_AGES)?.query_map([age, age + span - 1], user)?.collect()
}

/// SQLite's integers have a sign: what is too large for them is bytes, which come after all integers.
fn key(id: u64) -> Value {
    i64::try_from(id).map_or_else(|_| Value::Blob(id.to_be_bytes().to_vec()), Value::Integer)
}

fn user(row: &rusqlite::Row<'_>) -> Result<(i64, User)> {
    let json = row.get_ref(1)?.as_str()?;
    let user = serde_json::from_str(json).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, error.into())
    })?;
    Ok((row.get(0)?, user))
}
