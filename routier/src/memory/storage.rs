//! The storage, as the store sees it.

use std::any::Any;
use std::fmt;

use crate::env::Env;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::engine::Engine;
#[cfg(feature = "file")]
use crate::memory::line::Turn;
use crate::memory::pending::poisoned;
use crate::memory::view::MemorySnapshot;
use crate::storage::{
    Answer, Capabilities, CollectionId, CommitRecord, History, Listener, Log, Opening, Snapshot, Stats,
    Storage, WriteSet,
};

/// How many changes the history keeps for feeds, where nothing else is said.
const HISTORY: usize = 65_536;

const CAPABILITIES: Capabilities = Capabilities {
    resident: true,
    indexes: true,
    ordered: true,
    counts_examined: true,
    transient: true,
    ..Capabilities::plain("memory")
};

/// Rows in the memory of this process: the reference of what a storage has to do, and the fastest.
///
/// Reads never wait for transactions, nor transactions for reads. Writers take turns for the moment of their commit.
/// Nothing of it outlives the process, unless a [`Log`] writes it down.
///
/// # Cost
///
/// A read by key or by a distinct field is a hash lookup, each row of an index range a step in a B-tree. A row costs a
/// pointer and a word for the key and for each distinct field, and a pointer and the values for each ordered index. A
/// version that was replaced is kept only while a snapshot, a stream or an open transaction can see it.
///
/// ```
/// use routier::{MemoryStorage, Storage};
///
/// let storage = MemoryStorage::new().with_history(1_000);
/// assert_eq!(storage.capabilities().name, "memory");
/// assert_eq!(storage.stats().rows, 0);
/// ```
pub struct MemoryStorage {
    engine: Arc<Engine>,
    n_history: usize,
    log: Option<Arc<dyn Log>>,
}

impl MemoryStorage {
    /// An empty storage that keeps the last 65,536 changes for feeds.
    pub fn new() -> Self {
        Self::with(HISTORY, None)
    }

    /// Keeps the last `changes` for feeds; the last commit is kept whole however large it is.
    #[must_use]
    pub fn with_history(self, changes: usize) -> Self {
        Self::with(changes, self.log)
    }

    /// Writes each commit down before anybody sees it.
    #[must_use]
    pub fn with_log(self, log: Arc<dyn Log>) -> Self {
        Self::with(self.n_history, Some(log))
    }

    /// What carries its commits out.
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Another storage with all that is visible in that of this engine; see [`Engine::fork`].
    pub(crate) fn forked(engine: &Engine) -> Result<Option<Self>> {
        let n_history = engine.core.history.most();
        let fork = |engine| Self { engine: Arc::new(engine), n_history, log: None };
        Ok(engine.fork()?.map(fork))
    }

    /// An empty storage whose first commit comes behind a number, to be filled by [`Engine::load`].
    pub(crate) fn behind(number: u64) -> Self {
        Self { engine: Arc::new(Engine::behind(number, HISTORY)), n_history: HISTORY, log: None }
    }

    /// An empty storage that goes on behind a commit of an earlier opening: numbers are given behind `last`, and the
    /// last commit had the number `previous`.
    #[cfg(feature = "file")]
    pub(crate) fn going_on(last: u64, previous: u64, n_changes: u64, log: Arc<dyn Log>) -> Self {
        let turn = Turn { last, previous, n_changes, closed: false };
        let engine = Arc::new(Engine::going_on(turn, HISTORY, Some(Arc::clone(&log))));
        Self { engine, n_history: HISTORY, log: Some(log) }
    }

    fn with(n_history: usize, log: Option<Arc<dyn Log>>) -> Self {
        Self { engine: Arc::new(Engine::new(n_history, log.clone())), n_history, log }
    }
}

impl Default for MemoryStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStorage").field("stats", &self.engine.stats()).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl Storage for MemoryStorage {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn id(&self) -> u64 {
        self.engine.id()
    }

    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        self.engine.attach(env, Some(listener));
    }

    fn retain(&self, changes: usize) {
        self.engine.core.history.retain(changes);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        Answer::Ready(self.engine.open(&opening))
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        Answer::Ready(Ok(Arc::new(MemorySnapshot::new(&self.engine))))
    }

    fn commit(&self, writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        self.engine.commit(writes, None)
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        Answer::Ready(self.engine.table(collection).and_then(|table| table.identities(count)))
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        Answer::Ready(Ok(self.engine.core.history.read(number, &self.engine.core.line, most)))
    }

    fn visible(&self) -> u64 {
        self.engine.core.line.visible()
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        self.engine.core.line.turn().closed = true;
        let interrupt = |engine: &Engine| {
            if let Some(listener) = engine.listener() {
                listener.interrupted();
            }
        };
        match self.engine.pending.wait_for_end() {
            None => {
                interrupt(&self.engine);
                Answer::Ready(Ok(()))
            }
            Some(end) => {
                let engine = Arc::clone(&self.engine);
                Answer::later(async move {
                    let ended = end.await;
                    interrupt(&engine);
                    ended
                })
            }
        }
    }

    fn settled(&self) -> Answer<'static, Result<()>> {
        self.engine.settled()
    }

    fn health(&self) -> Answer<'static, Result<()>> {
        Answer::Ready(if self.engine.pending.is_poisoned() { Err(poisoned()) } else { Ok(()) })
    }

    fn stats(&self) -> Stats {
        self.engine.stats()
    }

    fn table(&self, collection: CollectionId) -> Option<Arc<dyn Any + Send + Sync>> {
        self.engine.table(collection).ok().map(|table| table.typed())
    }
}
