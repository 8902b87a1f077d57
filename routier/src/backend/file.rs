//! Rows in memory, and in a directory of readable files.

mod aside;
mod brought;
mod compact;
mod inner;
mod keyed;
mod lineage;
mod manifest;
mod past;
mod recover;
mod rows;
mod view;

use std::any::Any;
use std::fmt;
use std::path::PathBuf;

use self::inner::Inner;
pub use self::recover::Recovery;
use self::view::FileSnapshot;
use crate::backend::now;
use crate::env::sync::{Arc, Ordering};
use crate::env::threads::on_a_thread;
use crate::env::{Env, StdVfs, Vfs};
use crate::error::Result;
use crate::journal::record::encode;
use crate::storage::{
    Answer, Capabilities, CollectionId, CommitRecord, Durability, History, Listener, Opening, Snapshot,
    Stats, Storage, Write, WriteSet,
};
use crate::store::Work;

const CAPABILITIES: Capabilities = Capabilities {
    resident: true,
    durable: true,
    indexes: true,
    ordered: true,
    counts_examined: true,
    ..Capabilities::plain("file")
};

/// Rows in memory, written to a directory: reads are as fast as [`MemoryStorage`](crate::MemoryStorage)'s, and what was
/// acknowledged is there after a crash.
///
/// # Files
///
/// All are lines of JSON with checksums, to be read by people and other programs:
///
/// - `players.data.ndjson`, one for each collection: its rows as of some commit, one a line.
/// - `commits-0000000001.ndjson` and so on: what was committed since, and what feeds go on from.
/// - `store.json`: which store this is. `lock`: its lock says that a process has the store open.
///
/// While no process has it open, the rows may be edited: take the `"crc":"..",` out of the lines that you change or add,
/// and out of the last one where the number of rows changes. What was edited is in [`FileStorage::recovery`].
///
/// # Cost
///
/// A commit waits for its line to be synced, with all that came meanwhile: [`Durability`]. The log is turned over when it
/// has as many bytes as the data files, and at least 4 MiB: the rows of what has changed are then written out anew, beside
/// commits and reads. Opening a collection reads and decodes its rows.
///
/// # What a crash leaves
///
/// Every commit that was acknowledged, whole; of the others, those whose line was written in full. What was torn is cut,
/// and [`FileStorage::recovery`] says how much. Damage anywhere else is `Corrupt`, with file and line or offset: only of the
/// last commit of a store that was not closed nobody can tell whether it was torn or damaged. Against damage on purpose
/// checksums are no help.
///
/// A row that is whole and does not decode as the type of its collection is `Corrupt` to who asks for it by its key, and
/// at the end of a query that might have it; the others can be read. Such a collection cannot be written.
///
/// ```
/// use routier::{Entity, FileStorage, Store};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
/// struct Player { #[key] name: String, score: u32 }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
/// # let directory = std::env::temp_dir().join(format!("routier-file-doc-{}", std::process::id()));
/// let store = Store::builder().storage(FileStorage::at(&directory).await?).await?;
/// store.collection::<Player>().await?.insert(Player { name: "ada".to_owned(), score: 3 }).await?;
/// store.close().await?;
///
/// // the same in one line, in another process
/// let store = Store::open(&format!("file:{}", directory.display())).await?;
/// assert!(store.collection::<Player>().await?.get("ada").await?.is_some());
/// # store.close().await?;
/// # std::fs::remove_dir_all(directory).expect("the directory was made above");
/// # Ok(()) }
/// ```
pub struct FileStorage {
    inner: Arc<Inner>,
}

/// The options of a [`FileStorage`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `.open()`"]
pub struct FileOptions {
    directory: PathBuf,
    durability: Durability,
    vfs: Arc<dyn Vfs>,
    compact_after: u64,
}

impl FileOptions {
    /// How durable a commit is when its call returns: [`Durability::Sync`] unless given here.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The rows are written out anew, and the log is begun anew, when it has so many bytes, and as many as the data files:
    /// 4 MiB unless given here. Less makes opening faster, more makes writing cheaper.
    pub fn compact_after(mut self, bytes: u64) -> Self {
        self.compact_after = bytes;
        self
    }

    /// Another file system than the machine's.
    pub fn vfs(mut self, vfs: impl Vfs) -> Self {
        self.vfs = Arc::new(vfs);
        self
    }

    /// Opens the directory, which is made where it is missing, and reads the log.
    ///
    /// # Errors
    ///
    /// [`Locked`](crate::ErrorKind::Locked) where a process has it open, this one included;
    /// [`Corrupt`](crate::ErrorKind::Corrupt) for damage; [`Invalid`](crate::ErrorKind::Invalid) for a directory with
    /// something else in it; [`Unsupported`](crate::ErrorKind::Unsupported) for files of a newer format;
    /// [`Io`](crate::ErrorKind::Io).
    pub fn open(self) -> Work<FileStorage> {
        Work::new(async move {
            let inner = on_a_thread("routier-open", move || Inner::begin(self)).await?;
            Ok(FileStorage { inner: Arc::new(inner) })
        })
    }
}

impl FileStorage {
    /// Options for a store in a directory.
    pub fn builder(directory: impl Into<PathBuf>) -> FileOptions {
        FileOptions {
            directory: directory.into(),
            durability: Durability::Sync,
            vfs: Arc::new(StdVfs),
            compact_after: 4 << 20,
        }
    }

    /// Opens a directory: see [`FileOptions::open`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn at(directory: impl Into<PathBuf>) -> Work<Self> {
        Self::builder(directory).open()
    }

    /// What opening it found, and did about it. What concerns the rows is added as collections are opened.
    pub fn recovery(&self) -> Recovery {
        self.inner.report.lock().clone()
    }
}

#[diagnostic::do_not_recommend]
impl Storage for FileStorage {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn id(&self) -> u64 {
        self.inner.id
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch
    }

    fn is_of_history(&self, epoch: u64, number: u64) -> bool {
        epoch == self.inner.epoch || self.inner.lineage.is_of(epoch, number)
    }

    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        self.inner.memory.attach(env, listener);
    }

    fn retain(&self, changes: usize) {
        self.inner.retain.store(changes, Ordering::Relaxed);
        self.inner.memory.retain(changes);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        let inner = Arc::clone(&self.inner);
        Answer::later(on_a_thread("routier-open", move || inner.open(&opening)))
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        let asides = Arc::clone(&self.inner.asides);
        self.inner.memory.snapshot().map(move |memory| {
            let snapshot: Arc<dyn Snapshot> = Arc::new(FileSnapshot { memory: memory?, asides });
            Ok(snapshot)
        })
    }

    fn commit(&self, writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        let checked = writes.writes.iter().try_for_each(|write| self.inner.asides.check(write.collection));
        if let Err(error) = checked {
            return Answer::Ready(Err(error));
        }
        // What does not encode is refused before it has a number.
        let mut rows = writes.writes.iter().filter_map(Write::row);
        if let Err(error) = rows.try_for_each(|row| encode(row).map(drop)) {
            return Answer::Ready(Err(error));
        }
        self.inner.note_brought(&writes.writes);
        let answer = self.inner.memory.commit(writes);
        self.inner.compact_where_long();
        answer
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        self.inner.identities(collection, count)
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        Answer::Ready(self.inner.history(number, most))
    }

    fn visible(&self) -> u64 {
        self.inner.memory.visible()
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        let closed = self.inner.memory.close();
        let inner = Arc::clone(&self.inner);
        Answer::later(async move {
            let closed = closed.await;
            closed.and(on_a_thread("routier-close", move || inner.end()).await)
        })
    }

    fn settled(&self) -> Answer<'static, Result<()>> {
        self.inner.memory.settled()
    }

    fn health(&self) -> Answer<'static, Result<()>> {
        match now(self.inner.memory.health()).and_then(|health| health) {
            Ok(()) => Answer::later(self.inner.journal.sync()),
            Err(error) => Answer::Ready(Err(error)),
        }
    }

    fn stats(&self) -> Stats {
        self.inner.memory.stats()
    }

    fn table(&self, collection: CollectionId) -> Option<Arc<dyn Any + Send + Sync>> {
        // What is read by the table itself hears of no row that could not be read.
        if self.inner.asides.has(collection) { None } else { self.inner.memory.table(collection) }
    }
}

impl Drop for FileStorage {
    /// Waits until what was begun is written, and gives the directory free.
    fn drop(&mut self) {
        if !self.inner.journal.is_this_thread() {
            let _ = self.inner.end();
            return;
        }
        // Whoever the log told of a commit was the last to have the storage: the log's own thread cannot wait for the log.
        let inner = Arc::clone(&self.inner);
        let ending = std::thread::Builder::new().name("routier-close".to_owned());
        drop(ending.spawn(move || inner.end()));
    }
}

impl fmt::Debug for FileStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStorage").field("directory", &self.inner.directory).finish_non_exhaustive()
    }
}
