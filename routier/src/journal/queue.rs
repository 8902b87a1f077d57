//! What the log is asked to write, and where it goes on.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::env::Vfs;
use crate::env::promise::Promise;
use crate::env::sync::{Arc, AtomicU64, Condvar, Mutex};
use crate::error::Result;
use crate::journal::replay::Reached;
use crate::storage::{CommitRecord, Completion};

/// How many numbers may be given before what came before them is synced. Whoever opens after a crash begins so far behind
/// the last commit that is there, so that no number is given again.
pub(crate) const AHEAD: u64 = 65_536;

#[derive(Default)]
pub(super) struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    /// How much has been written since the log was last turned over.
    pub(super) written: AtomicU64,
    /// The newest commit of each collection. It stands here before the commit is visible.
    pub(super) last: Mutex<HashMap<&'static str, u64>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("written", &self.written).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    is_over: bool,
}

/// What the thread is asked to do.
pub(super) enum Item {
    Commit(Arc<CommitRecord>, Completion),
    Reserve(&'static str, u128, Arc<Promise<Result<()>>>),
    Turn(Arc<Promise<Result<Ended>>>),
    Sync(Arc<Promise<Result<()>>>),
    End(Arc<Promise<Result<()>>>),
}

/// A file that was ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// The number in its name.
    pub(crate) file: u64,
    pub(crate) reached: Reached,
}

/// Where a log goes on.
pub(crate) struct Place {
    pub(crate) vfs: Arc<dyn Vfs>,
    pub(crate) directory: PathBuf,
    pub(crate) store: String,
    pub(crate) epoch: u64,
    /// The number of the next file.
    pub(crate) file: u64,
    pub(crate) reached: Reached,
    /// The numbers of the next commits are greater.
    pub(crate) first: u64,
}

/// The name of a file of the log.
pub(crate) fn file_name(number: u64) -> String {
    format!("commits-{number:010}.ndjson")
}

/// The number in the name of a file of the log.
pub(crate) fn file_number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("commits-")?.strip_suffix(".ndjson")?;
    digits.parse().ok().filter(|number| file_name(*number) == name)
}

impl Shared {
    pub(super) fn push(&self, item: Item) {
        self.queue.lock().items.push_back(item);
        self.wake.notify_one();
    }

    /// Says that nothing more will come.
    pub(super) fn end(&self) {
        self.queue.lock().is_over = true;
        self.wake.notify_all();
    }

    /// Waits for something to do, at most so long; `None` when there will be nothing any more.
    pub(super) fn next(&self, most: Option<Duration>) -> Option<VecDeque<Item>> {
        let mut queue = self.queue.lock();
        if queue.items.is_empty() && !queue.is_over {
            match most {
                Some(most) => drop(self.wake.wait_for(&mut queue, most)),
                None => self.wake.wait(&mut queue),
            }
        }
        if queue.items.is_empty() && queue.is_over { None } else { Some(std::mem::take(&mut queue.items)) }
    }
}

/// Where a file of the log stands.
pub(crate) fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(file_name(number))
}
