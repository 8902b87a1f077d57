//! The file: what is in it beside the collections, and connections to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::backend::sqlite::failure::{Failure, Sql};
use crate::backend::sqlite::opening;
use crate::env::threads::wait;
use crate::env::{Clock, Env, StdVfs, SystemClock, Vfs};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::Durability;

/// What says in SQLite's header that a file is ours: "rout".
const APPLICATION: i32 = 0x726f_7574;
/// The form of the tables.
const FORMAT: i32 = 1;
/// How long a commit waits for another process's.
const PATIENCE: Duration = Duration::from_secs(5);
/// So often a database is tried to be opened, so long after each other.
const TRIES: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);
/// So many statements a connection keeps prepared.
const PREPARED: usize = 128;

/// The tables that are not a collection's.
///
/// `routier_store` has one row. `number` is the last that was given, `newest` that of the newest commit: they differ where a
/// crash may have taken commits, whose numbers are not given again. `changes` and `n_rows` count the changes of all commits
/// and the rows there are; `forgotten` is the newest commit that the history has no more, and `forgotten_changes` count up
/// to its end. `shapes` counts how often the shape of a collection was changed. `defaults` is what rows were given that had
/// been written before a field was added: in the history they stand as they were.
const TABLES: &str = "
CREATE TABLE routier_store (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL,
    number INTEGER NOT NULL DEFAULT 0,
    newest INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    n_rows INTEGER NOT NULL DEFAULT 0,
    forgotten INTEGER NOT NULL DEFAULT 0,
    forgotten_changes INTEGER NOT NULL DEFAULT 0,
    shapes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE routier_openings (
    epoch INTEGER PRIMARY KEY,
    is_safe INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE TABLE routier_collections (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    schema TEXT NOT NULL,
    defaults TEXT NOT NULL,
    identity BLOB NOT NULL
) STRICT;
CREATE TABLE routier_commits (
    number INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    follows INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    n_changes INTEGER NOT NULL,
    made_by TEXT
) STRICT;
CREATE TABLE routier_changes (
    number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    collection INTEGER NOT NULL,
    old_version INTEGER,
    old TEXT,
    new TEXT,
    PRIMARY KEY (number, place)
) STRICT, WITHOUT ROWID;
";

/// Where the database is, and how it is written.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) durability: Durability,
    /// Removed in the end: nobody else knows of it.
    pub(super) is_temporary: bool,
}

/// The row of `routier_store`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) newest: u64,
    pub(super) changes: u64,
    pub(super) rows: u64,
    pub(super) forgotten: u64,
    pub(super) forgotten_changes: u64,
    pub(super) shapes: u64,
}

impl Place {
    /// Opens the database, which is made where it is missing. Gives a connection that writes, the id of the store, and the
    /// name of this opening.
    ///
    /// # Errors
    ///
    /// `Invalid` for a file with something else in it, `Unsupported` for one of a newer form, `Io`, `Corrupt`, `Locked`.
    pub(super) fn begin(&self) -> Result<(Connection, u64, u64)> {
        self.create()?;
        let mut tries = 1;
        loop {
            // SQLite does not wait where a journal begins or ends: others that open the database do so just now.
            match self.try_to_begin() {
                Err(error) if error.kind() == ErrorKind::Locked && tries < TRIES => {
                    tries += 1;
                    wait(SystemClock.sleep(PAUSE));
                }
                begun => return begun,
            }
        }
    }

    fn try_to_begin(&self) -> Result<(Connection, u64, u64)> {
        let mut connection = self.connect()?;
        let begun =
            self.prepare(&mut connection).and_then(|id| Ok((id, opening::begin(&mut connection, self)?)));
        let (id, epoch) = begun.map_err(|failure| failure.at(&self.path))?;
        Ok((connection, id, epoch))
    }

    /// Makes the file where it is missing, so that only its owner may read it. SQLite makes those beside it alike.
    fn create(&self) -> Result<()> {
        if StdVfs.metadata(&self.path)?.is_some() {
            return Ok(());
        }
        match StdVfs.create_new(&self.path) {
            Ok(_) if self.is_temporary => Ok(()),
            Ok(_) => {
                let directory = self.path.parent().filter(|directory| !directory.as_os_str().is_empty());
                StdVfs.sync_dir(directory.unwrap_or(Path::new(".")))
            }
            // Another process may have been first.
            Err(error) => StdVfs.metadata(&self.path)?.map(drop).ok_or(error),
        }
    }

    /// One more connection.
    pub(super) fn connect(&self) -> Result<Connection> {
        let open = || -> Sql<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&self.path, flags)?;
            self.be_patient(&connection)?;
            connection.set_prepared_statement_cache_capacity(PREPARED);
            // Else a column that is not there is a text of its name.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
            let synchronous = match self.durability {
                Durability::Sync => "FULL",
                Durability::Buffered(_) => "NORMAL",
            };
            connection.pragma_update(
                None,
                "synchronous",
                if self.is_temporary { "OFF" } else { synchronous },
            )?;
            Ok(connection)
        };
        open().map_err(|failure| failure.at(&self.path))
    }

    /// Waits for other processes, within reason.
    pub(super) fn be_patient(&self, connection: &Connection) -> Sql<()> {
        Ok(connection.busy_timeout(PATIENCE)?)
    }

    fn prepare(&self, connection: &mut Connection) -> Sql<u64> {
        // Before anything is changed in it.
        let is_new = self.is_new(connection)?;
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if !mode.eq_ignore_ascii_case("wal") {
            let why =
                "SQLite keeps no write-ahead log here, without which reads and writes wait for each other";
            return Err(Error::unsupported(why).with_path(&self.path).into());
        }
        if is_new {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Another process may have been first.
            if self.is_new(&transaction)? {
                transaction.execute_batch(TABLES)?;
                let id = Env::system().ids.random().cast_signed();
                transaction.execute("INSERT INTO routier_store (one, id) VALUES (1, ?)", [id])?;
                transaction.pragma_update(None, "application_id", APPLICATION)?;
                transaction.pragma_update(None, "user_version", FORMAT)?;
            }
            transaction.commit()?;
        }
        let id = connection.query_row("SELECT id FROM routier_store", [], |row| row.get::<_, i64>(0))?;
        Ok(id.cast_unsigned())
    }

    /// Whether there is nothing in the database yet.
    fn is_new(&self, connection: &Connection) -> Sql<bool> {
        // All of it from one state: another process may be about to make the tables.
        let look = "SELECT application_id, user_version, (SELECT name FROM sqlite_schema LIMIT 1) \
                    FROM pragma_application_id, pragma_user_version";
        let (application, format, table): (i32, i32, Option<String>) =
            connection.query_row(look, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        match (application, table) {
            (APPLICATION, _) if format == FORMAT => Ok(false),
            (APPLICATION, _) => Err(Error::unsupported(format!(
                "the database has form {format}, and this version of routier reads form {FORMAT}: take a newer one"
            ))
            .with_path(&self.path)
            .into()),
            (0, None) => Ok(true),
            (_, _) => Err(Error::invalid("the database has something else in it: give another path")
                .with_path(&self.path)
                .into()),
        }
    }

    /// Removes a temporary database.
    pub(super) fn end(&self) {
        if self.is_temporary {
            for suffix in ["", "-wal", "-shm"] {
                let mut path = self.path.clone().into_os_string();
                path.push(suffix);
                let _ = StdVfs.remove(Path::new(&path));
            }
        }
    }
}

impl Head {
    pub(super) fn read(connection: &Connection) -> Sql<Self> {
        let text =
            "SELECT number, newest, changes, n_rows, forgotten, forgotten_changes, shapes FROM routier_store";
        let mut statement = connection.prepare_cached(text)?;
        let head = statement.query_row([], |row| {
            let number = |at: usize| row.get::<_, i64>(at).map(i64::cast_unsigned);
            Ok(Self {
                number: number(0)?,
                newest: number(1)?,
                changes: number(2)?,
                rows: number(3)?,
                forgotten: number(4)?,
                forgotten_changes: number(5)?,
                shapes: number(6)?,
            })
        });
        head.map_err(Failure::from)
    }

    pub(super) fn write(self, connection: &Connection) -> Sql<()> {
        let text = "UPDATE routier_store SET number = ?, newest = ?, changes = ?, n_rows = ?, forgotten = ?, \
                    forgotten_changes = ?, shapes = ?";
        let Self { number, newest, changes, rows, forgotten, forgotten_changes, shapes } = self;
        let values = [number, newest, changes, rows, forgotten, forgotten_changes, shapes];
        connection.prepare_cached(text)?.execute(values.map(u64::cast_signed))?;
        Ok(())
    }
}
