//! What a storage and the work beside it share.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::Connection;

use crate::backend::sqlite::database::{Head, Place};
use crate::backend::sqlite::failure::{Failure, Sql};
use crate::backend::sqlite::history::{Entry, KEPT, Recent, Tables, commits_of, read_after};
use crate::backend::sqlite::identities::Block;
use crate::backend::sqlite::readers::Readers;
use crate::backend::sqlite::session::Session;
use crate::backend::sqlite::table::Table;
use crate::backend::sqlite::writer::{Queue, let_go};
use crate::env::sync::{Arc, AtomicBool, AtomicU64, Condvar, Mutex, Ordering, RwLock, Weak};
use crate::env::{Clock, SystemClock};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::{CollectionId, History, Listener};

/// How many changes are kept for feeds, where nothing else is said.
const HISTORY: u64 = 1_000_000;
/// So many connections that nobody reads with stay open.
const IDLE: usize = 8;

/// A database, and what is known of it.
pub(super) struct Shared {
    pub(super) place: Place,
    pub(super) id: u64,
    pub(super) epoch: u64,
    pub(super) max_age: Duration,
    /// Connections that nobody reads with.
    idle_connections: Mutex<Vec<Connection>>,
    pub(super) readers: Arc<Readers>,
    pub(super) queue: Mutex<Queue>,
    /// Told when nothing is written any more.
    pub(super) idle: Condvar,
    tables: RwLock<Arc<Tables>>,
    pub(super) recent: Mutex<Recent>,
    listener: RwLock<Option<Arc<dyn Listener>>>,
    clock: RwLock<Arc<dyn Clock>>,
    pub(super) retain: AtomicU64,
    pub(super) identities: Mutex<HashMap<CollectionId, Block>>,
    /// Who reads at a state of the database. They are looked at when they may be too old.
    sessions: Mutex<Vec<Weak<Session>>>,
    pub(super) is_poisoned: AtomicBool,
    pub(super) is_closed: AtomicBool,
    /// How often the shape of a collection had been changed when those that are open were last looked at.
    pub(super) shapes: AtomicU64,
    /// Commits up to this number are on the disk.
    pub(super) synced: AtomicU64,
}

impl Shared {
    /// Opens the database.
    pub(super) fn begin(place: Place, max_age: Duration) -> Result<Self> {
        let (writer, id, epoch) = place.begin()?;
        let head = Head::read(&writer).map_err(|failure| failure.at(&place.path))?;
        Ok(Self {
            place,
            id,
            epoch,
            max_age,
            idle_connections: Mutex::default(),
            readers: Readers::new(),
            queue: Mutex::new(Queue::of(writer)),
            idle: Condvar::default(),
            tables: RwLock::default(),
            recent: Mutex::new(Recent::begin(head)),
            listener: RwLock::new(None),
            clock: RwLock::new(Arc::new(SystemClock)),
            retain: AtomicU64::new(HISTORY),
            identities: Mutex::default(),
            sessions: Mutex::default(),
            is_poisoned: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            shapes: AtomicU64::new(head.shapes),
            synced: AtomicU64::new(head.number),
        })
    }

    pub(super) fn attach(&self, clock: Arc<dyn Clock>, listener: Arc<dyn Listener>) {
        *self.clock.write() = clock;
        *self.listener.write() = Some(listener);
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.read().now()
    }

    /// The error for the user.
    pub(super) fn error(&self, failure: Failure) -> Error {
        failure.at(&self.place.path)
    }

    /// A connection to read with.
    pub(super) fn reader(&self) -> Result<Connection> {
        let idle = self.idle_connections.lock().pop();
        idle.map_or_else(|| self.place.connect(), Ok)
    }

    /// Gives a connection back, which is in no transaction.
    pub(super) fn give_back(&self, connection: Connection) {
        let mut idle = self.idle_connections.lock();
        if idle.len() < IDLE {
            idle.push(connection);
        }
    }

    /// Reads once.
    pub(super) fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Sql<T>) -> Result<T> {
        let mut connection = self.reader()?;
        let found = work(&mut connection).map_err(|failure| self.error(failure))?;
        self.give_back(connection);
        Ok(found)
    }

    pub(super) fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.tables.read())
    }

    pub(super) fn add_table(&self, table: Table) {
        let mut tables = self.tables.write();
        let mut with: Tables = (**tables).clone();
        with.insert(table.id, Arc::new(table));
        *tables = Arc::new(with);
    }

    pub(super) fn table(&self, id: CollectionId) -> Result<Arc<Table>> {
        let table = self.tables.read().get(&id).map(Arc::clone);
        table.ok_or_else(|| Error::bug("a collection was used that was never opened"))
    }

    pub(super) fn visible(&self) -> u64 {
        self.recent.lock().head().number
    }

    /// Wakes who waits for commits.
    pub(super) fn interrupt(&self) {
        let listener = self.listener.read().clone();
        if let Some(listener) = listener {
            listener.interrupted();
        }
    }

    /// Remembers commits, and tells of those that were not known: each once, in order.
    pub(super) fn add(&self, entries: Vec<Entry>, head: Head) {
        let (new, forgotten) = self.recent.lock().extend(entries, head);
        let listener = self.listener.read().clone();
        if let Some(listener) = listener {
            new.iter().for_each(|entry| listener.committed(&entry.commit));
        }
        let_go((new, forgotten));
    }

    /// Looks what others have committed up to the state that this connection's transaction sees, and tells of it.
    pub(super) fn catch_up(&self, connection: &Connection) -> Sql<Head> {
        let head = Head::read(connection)?;
        loop {
            let newest = self.visible();
            if head.number <= newest {
                return Ok(head);
            }
            // There may be more than memory holds.
            let (entries, more) = read_after(connection, &self.tables(), newest, KEPT)?;
            self.add(entries, Head { number: more.unwrap_or(head.number), ..head });
        }
    }

    /// The same in a transaction of its own, where the database has changed.
    pub(super) fn look(&self, connection: &mut Connection) -> Sql<()> {
        let transaction = connection.transaction()?;
        self.catch_up(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// The history after a number.
    pub(super) fn history(&self, number: u64, most: usize) -> Result<History> {
        let tables = self.tables();
        self.read(|connection| {
            let transaction = connection.transaction()?;
            let head = self.catch_up(&transaction)?;
            let (entries, more) = read_after(&transaction, &tables, number.max(head.forgotten), most)?;
            transaction.commit()?;
            let history = History::new(commits_of(&entries), more.unwrap_or(head.number));
            Ok(if number < head.forgotten { history.with_gap(head.forgotten) } else { history })
        })
    }

    /// Remembers who reads, to end it when it is too old.
    pub(super) fn enter(&self, session: &Arc<Session>) {
        let mut sessions = self.sessions.lock();
        sessions.retain(|session| session.strong_count() > 0);
        sessions.push(Arc::downgrade(session));
    }

    /// Ends the reads that are too old: each keeps the log of the database from being shortened.
    pub(super) fn end_old(&self) {
        let sessions: Vec<Arc<Session>> = self.sessions.lock().iter().filter_map(Weak::upgrade).collect();
        sessions.iter().for_each(|session| session.end_where_old());
    }

    /// How many read at a state of the database, and the number of the oldest.
    pub(super) fn readings(&self) -> (u64, Option<u64>) {
        let sessions: Vec<Arc<Session>> = self.sessions.lock().iter().filter_map(Weak::upgrade).collect();
        let oldest = sessions.iter().filter_map(|session| session.number()).min();
        (sessions.len() as u64, oldest)
    }

    /// Whether anything may be written.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(Error::closed());
        }
        self.check_poison()
    }

    /// Whether it is known what is on the disk.
    pub(super) fn check_poison(&self) -> Result<()> {
        if self.is_poisoned.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::Poisoned, "").with_path(&self.place.path));
        }
        Ok(())
    }
}

impl Shared {
    /// Closes all connections that nobody reads with.
    pub(super) fn finish(&self) {
        self.end_writing();
        self.readers.end();
        self.idle_connections.lock().clear();
        self.place.end();
    }
}
