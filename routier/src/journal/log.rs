//! The log of a store: what is to be written, and the thread that writes it.

use std::thread::JoinHandle;

use crate::env::promise::{Promise, Promised};
use crate::env::sync::{Arc, Mutex, Ordering};
use crate::error::{Error, Result};
use crate::journal::queue::{Ended, Item, Place, Shared};
use crate::journal::writer::Writer;
use crate::storage::{CommitRecord, Completion, Durability, Log};

/// The log of a store.
#[derive(Debug)]
pub(crate) struct Journal {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Begins a file, and the thread that writes it.
    ///
    /// # Errors
    ///
    /// `Io`.
    pub(crate) fn begin(place: Place, durability: Durability) -> Result<Self> {
        let path = place.directory.clone();
        let shared = Arc::new(Shared::default());
        let writer = Writer::begin(place, durability, Arc::clone(&shared))?;
        let thread = std::thread::Builder::new().name("routier-journal".to_owned());
        let thread = thread
            .spawn(move || writer.run())
            .map_err(|error| Error::io("written by a thread", path, error))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// How much has been written since the log was last turned over, in bytes.
    pub(crate) fn written(&self) -> u64 {
        self.shared.written.load(Ordering::Relaxed)
    }

    /// The newest commit that concerns a collection; 0 where there has been none.
    pub(crate) fn last_change(&self, collection: &str) -> u64 {
        self.shared.last.lock().get(collection).copied().unwrap_or(0)
    }

    /// Notes that identities below a number may be given from now on.
    pub(crate) fn reserve(&self, collection: &'static str, below: u128) -> Promised<Result<()>> {
        self.ask(|promise| Item::Reserve(collection, below, promise))
    }

    /// Ends the file and begins another.
    pub(crate) fn turn(&self) -> Promised<Result<Ended>> {
        self.ask(Item::Turn)
    }

    /// Syncs all that came before.
    pub(crate) fn sync(&self) -> Promised<Result<()>> {
        self.ask(Item::Sync)
    }

    /// Ends the log.
    pub(crate) fn end(&self) -> Promised<Result<()>> {
        self.ask(Item::End)
    }

    /// Writes what was begun, ends the log, and waits for that.
    fn stop(&self) {
        self.shared.end();
        // The thread itself may be the last to let go of it.
        if self.is_this_thread() {
            return;
        }
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }

    /// Whether it is the thread that writes which asks.
    pub(crate) fn is_this_thread(&self) -> bool {
        let here = std::thread::current().id();
        self.thread.lock().as_ref().is_some_and(|thread| thread.thread().id() == here)
    }

    fn ask<T>(&self, item: impl FnOnce(Arc<Promise<T>>) -> Item) -> Promised<T> {
        let promise = Promise::new();
        let waiting = promise.wait();
        self.shared.push(item(promise));
        waiting
    }
}

impl Log for Journal {
    fn append(&self, commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        let names =
            commit.changes.iter().filter_map(|change| change.after.as_ref().or(change.before.as_ref()));
        let mut last = self.shared.last.lock();
        for row in names {
            last.insert(row.descriptor().collection, commit.number);
        }
        drop(last);
        self.shared.push(Item::Commit(Arc::clone(commit), completion));
        Ok(())
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.stop();
    }
}
