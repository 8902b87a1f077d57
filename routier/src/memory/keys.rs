//! The order of keys: an ordered index that is built when it is first asked for.

use crate::entity::Entity;
use crate::env::sync::{Arc, AtomicUsize, Mutex, Ordering};
use crate::memory::change::Change;
use crate::memory::hashed::{ByKey, Hashed, SHARDS, shard_of};
use crate::memory::index::Index;
use crate::memory::line::Line;
use crate::memory::ordered::{OfKey, Ordered};

/// The rows of a table by key.
///
/// It is filled from one shard of the primary after the other, each within a turn, so that a committer waits for one
/// shard at most. Commits meanwhile change what has been taken over already.
pub(super) struct KeyOrder<E: Entity> {
    index: Arc<Ordered<E, OfKey>>,
    /// How many shards have been taken over. It changes within a turn only.
    n_shards: AtomicUsize,
    filling: Mutex<()>,
}

impl<E: Entity> KeyOrder<E> {
    pub(super) fn new() -> Self {
        Self { index: Arc::new(Ordered::new(OfKey)), n_shards: AtomicUsize::new(0), filling: Mutex::new(()) }
    }

    /// Whether it is filled.
    pub(super) fn is_whole(&self) -> bool {
        self.n_shards() == SHARDS
    }

    fn n_shards(&self) -> usize {
        self.n_shards.load(Ordering::Acquire)
    }

    /// The index, filled.
    pub(super) fn whole(&self, primary: &Hashed<E, ByKey>, line: &Line) -> &Arc<Ordered<E, OfKey>> {
        if !self.is_whole() {
            let _filling = self.filling.lock();
            while !self.is_whole() {
                self.take_over(primary, line);
            }
        }
        &self.index
    }

    /// Takes the next shard over.
    pub(super) fn take_over(&self, primary: &Hashed<E, ByKey>, line: &Line) {
        let _turn = line.turn();
        let shard = self.n_shards();
        self.index.fill(|| primary.copy(shard));
        self.n_shards.store(shard + 1, Ordering::Release);
    }
}

impl<E: Entity> Index<E> for KeyOrder<E> {
    fn apply(&self, changes: &[Change<E>], number: u64, next: &mut dyn FnMut()) {
        match self.n_shards() {
            0 => next(),
            SHARDS => self.index.apply(changes, number, next),
            n_shards => {
                for change in changes {
                    if shard_of(change.place) < n_shards {
                        self.index.apply(std::slice::from_ref(change), number, &mut || ());
                    }
                }
                next();
            }
        }
    }

    fn forget(&self, rows: &[(&E, u64)]) {
        // Also when nothing has been taken over yet: it may be happening.
        self.index.forget(rows);
    }

    #[cfg(test)]
    fn n_old(&self) -> usize {
        self.index.n_old()
    }
}
