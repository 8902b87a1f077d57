//! What the tables and the engine of one storage share: numbers, history, and letting go of what is old.

use crate::env::sync::{Arc, RwLock, Weak};
use crate::memory::history::History;
use crate::memory::line::Line;
use crate::memory::live::Archived;

/// How many old rows are looked at, and let go of, under one lock.
const FORGOTTEN: usize = if cfg!(any(test, routier_shuttle)) { 3 } else { 256 };

/// The shared part of a storage.
pub(super) struct Core {
    pub(super) line: Line,
    pub(super) history: History,
    /// By the collections' numbers.
    tables: RwLock<Vec<Weak<dyn Forget>>>,
}

/// A table, as far as letting go of old rows is concerned.
pub(super) trait Forget: Send + Sync {
    /// Lets go of rows in the `old` sides.
    fn forget(&self, rows: &[Archived]);
}

/// A number that stays readable while this exists, or until it has left.
pub(super) struct Pin {
    core: Arc<Core>,
    number: u64,
    has_left: bool,
}

impl Core {
    pub(super) fn new(line: Line, history: History) -> Arc<Self> {
        Arc::new(Self { line, history, tables: RwLock::default() })
    }

    /// Adds the table of the next collection.
    pub(super) fn add(&self, table: Weak<dyn Forget>) {
        self.tables.write().push(table);
    }

    /// Pins what is visible now.
    pub(super) fn pin(self: &Arc<Self>) -> Pin {
        self.pinned(self.line.pin())
    }

    /// Takes over what [`Line::try_pin`] has pinned.
    pub(super) fn pinned(self: &Arc<Self>, number: u64) -> Pin {
        Pin { number, core: Arc::clone(self), has_left: false }
    }

    /// Lets go of old rows that nobody sees any more, and of the history that is too long. Called under no lock.
    pub(super) fn clean(&self) {
        // Most of the time there is none, which can be seen without a lock.
        while self.line.n_old() > 0
            && let Some(mut forgotten) = self.forgotten()
        {
            forgotten.sort_unstable_by_key(|old| old.collection);
            for rows in forgotten.chunk_by(|left, right| left.collection == right.collection) {
                if let Some(table) = rows.first().and_then(|old| self.table(old)) {
                    table.forget(rows);
                }
            }
            self.line.count_forgotten(forgotten.len());
        }
        while self.history.is_full() {
            let oldest = self.line.live().oldest();
            if self.history.surplus(oldest, self.line.visible()).is_none() {
                break;
            }
        }
    }

    fn forgotten(&self) -> Option<Vec<Archived>> {
        self.line.live().forgotten(FORGOTTEN)
    }

    fn table(&self, old: &Archived) -> Option<Arc<dyn Forget>> {
        self.tables.read().get(old.collection.0 as usize)?.upgrade()
    }
}

impl Pin {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads no more. No row is dropped by it, so that it may be called within a turn: dropping the pin is what cleans.
    pub(super) fn leave(&mut self) {
        if !self.has_left {
            self.core.line.unpin(self.number);
            self.has_left = true;
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.leave();
        self.core.clean();
    }
}
