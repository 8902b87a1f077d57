//! Stores with options.

use std::fmt;

use crate::env::sync::Arc;
use crate::env::{Clock, Env, IdGen};
use crate::memory::MemoryStorage;
use crate::storage::Storage;
use crate::store::Store;
use crate::store::core::{Base, Core, Lane};
use crate::store::work::Work;

/// The options of a store. Begin with [`Store::builder`], end with [`StoreBuilder::memory`],
/// [`StoreBuilder::open`](crate::StoreBuilder::open) or [`StoreBuilder::storage`].
///
/// ```
/// use std::time::Duration;
/// use routier::{ManualClock, SequentialIds, Store};
///
/// // a store whose time and ids are known beforehand, for tests
/// let clock = ManualClock::new(Duration::from_secs(1_800_000_000));
/// let store = Store::builder().clock(clock).ids(SequentialIds::new()).retain(1_000).memory();
/// ```
#[must_use = "a builder makes no store before `.memory()`, `.open(..)` or `.storage(..)`"]
#[derive(Clone, Default)]
pub struct StoreBuilder {
    clock: Option<Arc<dyn Clock>>,
    ids: Option<Arc<dyn IdGen>>,
    pub(crate) retain: Option<usize>,
    untyped: bool,
    checked: bool,
}

impl StoreBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes the time from this clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Takes identities, and the randomness of backoff, from here.
    pub fn ids(mut self, ids: impl IdGen) -> Self {
        self.ids = Some(Arc::new(ids));
        self
    }

    /// How many changes the history keeps for feeds to resume from: 65,536 in memory unless given here. The last commit
    /// is kept whole in any case.
    pub fn retain(mut self, changes: usize) -> Self {
        self.retain = Some(changes);
        self
    }

    /// Answers every read by the storage's plans, also where rows live in memory and a typed table could answer faster.
    /// The answers are the same: this is for tests that show it.
    pub fn untyped(mut self, untyped: bool) -> Self {
        self.untyped = untyped;
        self
    }

    /// Checks every row when it is staged as a durable storage would, also where nothing is encoded: that it is at most
    /// 16 MiB as JSON, holds no NaN and no infinity, and comes back from its encoding as it was. So a test on memory fails
    /// where a disk would.
    ///
    /// Cost: a row is encoded twice and decoded once for each write. Transient entities are refused.
    #[cfg(feature = "json")]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }

    /// A store in memory.
    pub fn memory(self) -> Store {
        self.over(Base::memory(MemoryStorage::new()))
    }

    /// A store over a storage of one's own.
    ///
    /// # Errors
    ///
    /// What the storage reports.
    pub fn storage(self, storage: impl Storage) -> Work<Store> {
        Work::new(async move { Ok(self.over(Base { storage: Arc::new(storage), engine: None })) })
    }

    fn over(self, base: Base) -> Store {
        let mut env = self.clock.map_or_else(Env::system, Env::with_clock);
        if let Some(ids) = self.ids {
            env.ids = ids;
        }
        if let Some(changes) = self.retain {
            base.storage.retain(changes);
        }
        let lane = if self.untyped { Lane::Untyped } else { Lane::Typed };
        Store::new(Core::new(base, env, lane, self.checked))
    }
}

impl fmt::Debug for StoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreBuilder").field("retain", &self.retain).finish_non_exhaustive()
    }
}
