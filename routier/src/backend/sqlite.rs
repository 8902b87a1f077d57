//! Rows in an SQLite database.

mod column;
mod commit;
mod database;
mod failure;
mod filter;
mod history;
mod identities;
mod open;
mod opening;
mod prepare;
mod readers;
mod select;
mod session;
mod shared;
mod snapshot;
mod table;
mod watch;
mod writer;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use self::database::Place;
use self::prepare::Prepared;
use self::select::Select;
use self::shared::Shared;
use self::snapshot::SqliteSnapshot;
use self::watch::Watch;
use crate::env::Env;
use crate::env::sync::{Arc, Ordering};
use crate::error::Result;
use crate::query::Plan;
use crate::storage::{
    Answer, Capabilities, CollectionId, CommitRecord, Durability, History, Listener, Opening, Snapshot,
    Stats, Storage, WriteSet,
};
use crate::store::Work;

const CAPABILITIES: Capabilities =
    Capabilities { durable: true, indexes: true, ordered: true, ..Capabilities::plain("sqlite") };

/// Rows in an SQLite database: there may be more of them than memory holds, and several processes may have it open.
///
/// # Tables
///
/// A collection is a table of its name, with a column for each declared field, the version in `routier_version` and the whole
/// row as JSON in `routier_row`; its indexes are SQLite's. Other programs may read them. They must not write: the history, in
/// `routier_commits` and `routier_changes`, would not know.
///
/// Values are as SQLite has them where it has them. An unsigned number above 2^63 - 1 is a BLOB of eight bytes, or of
/// sixteen; `i128`, points in time and decimals are BLOBs whose bytes have the order of the values, UUIDs their 16 bytes,
/// days their distance from 1970-01-01, enums the place of the variant.
///
/// # Cost
///
/// Each read and each commit is handed to a thread that may block, and comes back: some microseconds. Who reads a row by its
/// key while nobody else does looks for it for up to 20 µs before its task gives the executor's thread up. Commits that come
/// while another is being written share the next transaction and its sync. A query is one statement, so it is SQLite's
/// planner who chooses between indexes; rows come in batches, and where SQLite has to sort them, the whole result is kept
/// in memory. A stream, a snapshot or an open transaction holds a connection, and keeps SQLite's log from being shortened:
/// after ten minutes they are [`SnapshotExpired`](crate::ErrorKind::SnapshotExpired).
///
/// Commits of other processes are looked for 20 times a second.
///
/// # What a crash leaves
///
/// What SQLite leaves: with [`Durability::Sync`] every commit that was acknowledged. Where its log cannot be synced the
/// store is [`Poisoned`](crate::ErrorKind::Poisoned).
///
/// ```
/// use routier::{Entity, SqliteStorage, Store};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Player { #[key] name: String, #[index] score: u32 }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
/// # let path = std::env::temp_dir().join(format!("routier-sqlite-doc-{}.db", std::process::id()));
/// let store = Store::builder().storage(SqliteStorage::at(&path).await?).await?;
/// let players = store.collection::<Player>().await?;
/// players.insert(Player { name: "ada".to_owned(), score: 3 }).await?;
/// assert_eq!(players.filter(|p| p.score.ge(3)).count().await?, 1);
/// store.close().await?;
/// # std::fs::remove_file(path).expect("the database was made above");
/// # Ok(()) }
/// ```
pub struct SqliteStorage {
    shared: Arc<Shared>,
    watch: Watch,
}

/// The options of an [`SqliteStorage`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `.open()`"]
pub struct SqliteOptions {
    place: Place,
    watch_every: Duration,
    max_snapshot_age: Duration,
}

impl SqliteOptions {
    /// How durable a commit is when its call returns: [`Durability::Sync`] unless given here.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.place.durability = durability;
        self
    }

    /// How often commits of other processes are looked for: every 50 ms unless given here. A look costs some microseconds.
    pub fn watch_every(mut self, every: Duration) -> Self {
        self.watch_every = every.max(Duration::from_millis(1));
        self
    }

    /// How old a snapshot, a stream or a transaction may become: 10 minutes unless given here.
    pub fn max_snapshot_age(mut self, age: Duration) -> Self {
        self.max_snapshot_age = age;
        self
    }

    /// Opens the database, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`Invalid`](crate::ErrorKind::Invalid) for a file with something else in it;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for one of a newer form; [`Corrupt`](crate::ErrorKind::Corrupt),
    /// [`Locked`](crate::ErrorKind::Locked), [`Io`](crate::ErrorKind::Io).
    pub fn open(self) -> Work<SqliteStorage> {
        Work::new(async move {
            let Self { place, watch_every, max_snapshot_age } = self;
            blocking::unblock(move || {
                let shared = Arc::new(Shared::begin(place, max_snapshot_age)?);
                let watch = Watch::begin(&shared, watch_every)?;
                Ok(SqliteStorage { shared, watch })
            })
            .await
        })
    }
}

impl SqliteStorage {
    /// Options for a store in a file.
    pub fn builder(path: impl Into<PathBuf>) -> SqliteOptions {
        SqliteOptions {
            place: Place { path: path.into(), durability: Durability::Sync, is_temporary: false },
            watch_every: Duration::from_millis(50),
            max_snapshot_age: Duration::from_secs(600),
        }
    }

    /// Options for a store in a temporary file, which is removed when the store is closed, and never synced.
    ///
    /// It is what `sqlite::memory:` opens: of a database in memory SQLite does not let one connection read while another
    /// writes.
    pub fn temporary() -> SqliteOptions {
        let name = format!("routier-{}.db", Env::system().ids.uuid());
        let mut options = Self::builder(std::env::temp_dir().join(name));
        options.place.is_temporary = true;
        options
    }

    /// Opens a file: see [`SqliteOptions::open`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn at(path: impl Into<PathBuf>) -> Work<Self> {
        Self::builder(path).open()
    }
}

#[diagnostic::do_not_recommend]
impl Storage for SqliteStorage {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn id(&self) -> u64 {
        self.shared.id
    }

    fn epoch(&self) -> u64 {
        self.shared.epoch
    }

    fn is_of_history(&self, epoch: u64, number: u64) -> bool {
        // One row by its key: it is not worth a thread.
        epoch == self.shared.epoch
            || self.shared.read(|connection| opening::went_to(connection, epoch, number)).unwrap_or(false)
    }

    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        self.shared.attach(Arc::clone(&env.clock), listener);
    }

    fn retain(&self, changes: usize) {
        self.shared.retain.store(changes as u64, Ordering::Relaxed);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        self.shared.alone(move |shared, connection| {
            shared.check()?;
            open::open(shared, connection, opening.descriptor)
        })
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        let shared = Arc::clone(&self.shared);
        Answer::later(blocking::unblock(move || {
            let snapshot: Arc<dyn Snapshot> = Arc::new(SqliteSnapshot::pinned(shared)?);
            Ok(snapshot)
        }))
    }

    fn latest(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        Answer::Ready(Ok(Arc::new(SqliteSnapshot::Latest(Arc::clone(&self.shared)))))
    }

    fn commit(&self, writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        match Prepared::new(writes, &self.shared.tables()) {
            Ok(set) => self.shared.commit(set),
            Err(error) => Answer::Ready(Err(error)),
        }
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        self.shared.identities(collection, count)
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        if let Some(history) = self.shared.recent.lock().history(number, most) {
            return Answer::Ready(Ok(history));
        }
        let shared = Arc::clone(&self.shared);
        Answer::later(blocking::unblock(move || shared.history(number, most)))
    }

    fn visible(&self) -> u64 {
        self.shared.visible()
    }

    fn describe(&self, collection: CollectionId, plan: &Plan) -> Option<String> {
        let table = self.shared.table(collection).ok()?;
        let window = (plan.query.offset, plan.query.limit);
        let statement = Select::of(plan, &table).statement(&table, None, window);
        Some(statement.shown())
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        self.shared.alone(|shared, connection| {
            let was_closed = shared.is_closed.swap(true, Ordering::AcqRel);
            // A temporary database is removed: there is nothing to be left for anybody.
            let ended = if was_closed || shared.place.is_temporary {
                Ok(())
            } else {
                opening::end(connection, shared.epoch)
            };
            shared.interrupt();
            ended
        })
    }

    fn settled(&self) -> Answer<'static, Result<()>> {
        self.shared.alone(|shared, _| Ok(shared.check_poison()?))
    }

    fn health(&self) -> Answer<'static, Result<()>> {
        self.shared.alone(|shared, connection| {
            shared.check()?;
            Ok(connection.execute_batch("BEGIN IMMEDIATE; SELECT number FROM routier_store; ROLLBACK")?)
        })
    }

    fn stats(&self) -> Stats {
        let head = self.shared.recent.lock().head();
        let (snapshots, oldest_snapshot) = self.shared.readings();
        Stats {
            rows: head.rows,
            old_versions: 0,
            snapshots,
            oldest_snapshot,
            visible: head.number,
            history: head.changes - head.forgotten_changes,
        }
    }
}

impl Drop for SqliteStorage {
    /// Waits until what was begun is written.
    fn drop(&mut self) {
        self.watch.end();
        self.shared.finish();
    }
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage").field("path", &self.shared.place.path).finish_non_exhaustive()
    }
}
