//! Writing the rows out, so that the log need not be kept for ever.

use std::thread::JoinHandle;

use crate::backend::file::inner::Inner;
use crate::backend::now;
use crate::entity::{AnyRow, Descriptor};
use crate::env::sync::{Arc, Ordering};
use crate::env::threads::wait;
use crate::error::Result;
use crate::journal::data::{self, Header};
use crate::journal::queue::path;
use crate::journal::record::FORMAT;
use crate::journal::replay::Reached;
use crate::query::eval;
use crate::schema::Schema;
use crate::storage::{CollectionId, Snapshot, Storage};

/// So many rows are taken at a time.
const BATCH: usize = 1_024;

/// The thread that writes rows out, where there is one.
#[derive(Debug, Default)]
pub(super) struct Compaction {
    thread: Option<JoinHandle<()>>,
    /// None begins any more.
    is_over: bool,
}

impl Inner {
    /// Writes the rows out on a thread of its own, where the log has become long and that does not go on already.
    pub(super) fn compact_where_long(self: &Arc<Self>) {
        if !self.is_long() {
            return;
        }
        // Whoever holds it begins one, or waits for the last.
        let Some(mut compaction) = self.compaction.try_lock() else { return };
        if compaction.is_over || compaction.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let inner = Arc::clone(self);
        // What fails here fails again when the log is still longer; nothing is lost with it.
        let work = move || drop(wait(inner.compact()));
        // Without a thread, a later commit tries again.
        compaction.thread = std::thread::Builder::new().name("routier-compact".to_owned()).spawn(work).ok();
    }

    /// Waits for the compaction that goes on, and lets none begin.
    pub(super) fn end_compaction(&self) {
        let mut compaction = self.compaction.lock();
        compaction.is_over = true;
        if let Some(thread) = compaction.thread.take() {
            let _ = thread.join();
        }
    }

    /// Writes out the rows of all open collections that have changed, and removes the files of the log that nobody needs any
    /// more. Commits go on meanwhile.
    ///
    /// Safe at any point: a data file says of which commit it is, and only what the manifest says to be written out is
    /// removed from the log.
    async fn compact(&self) -> Result<()> {
        let ended = self.journal.turn().await?;
        self.files.lock().push(ended);
        let snapshot = self.memory.snapshot().await?;
        // What stands in the data files is never ahead of the log.
        self.journal.sync().await?;
        let open = self.open_collections();
        for (id, descriptor) in &open {
            if self.is_behind(descriptor.collection) {
                self.write_rows(&*snapshot, *id, descriptor)?;
            }
        }
        self.vfs.sync_dir(&self.directory)?;
        self.note_covered(snapshot.number(), &open)?;
        self.remove_files()?;
        self.measure()
    }

    /// Writes the rows of a collection out, as a snapshot shows them. The directory is still to be synced.
    pub(super) fn write_rows(
        &self,
        snapshot: &dyn Snapshot,
        id: CollectionId,
        descriptor: &'static Descriptor,
    ) -> Result<()> {
        let mut rows: Vec<AnyRow> = Vec::new();
        let mut found = now(snapshot.scan(id))??;
        loop {
            let batch = now(found.next(BATCH))??.rows;
            if batch.is_empty() {
                break;
            }
            rows.extend(batch);
        }
        rows.sort_unstable_by(|left, right| eval::compare(left, right, &[], descriptor));
        let checkpoint = snapshot.number();
        let header = self.header(descriptor, checkpoint);
        data::write(&*self.vfs, &self.directory, &header, &rows)?;
        let mut manifest = self.manifest.lock();
        manifest.change(descriptor.collection, |known| known.written = checkpoint);
        Ok(())
    }

    /// Whether the log has something of a collection that its data file has not.
    fn is_behind(&self, collection: &str) -> bool {
        let written = self.manifest.lock().find(collection).map_or(0, |known| known.written);
        self.last_change(collection) > written
    }

    /// The newest commit that concerns a collection, as far as the log still has one.
    fn last_change(&self, collection: &str) -> u64 {
        let before = self.past.last_of(collection).unwrap_or(0);
        before.max(self.journal.last_change(collection))
    }

    pub(super) fn header(&self, descriptor: &'static Descriptor, checkpoint: u64) -> Header {
        let collection = descriptor.collection.to_owned();
        let (store, schema) = (self.store.clone(), Schema::from(descriptor).to_string());
        Header { format: FORMAT, store, collection, checkpoint, schema, defaults: self.defaults(descriptor) }
    }

    /// Notes that the log up to a number is not needed for the rows of the open collections, nor for those of others that
    /// it has nothing of.
    fn note_covered(&self, number: u64, open: &[(CollectionId, &'static Descriptor)]) -> Result<()> {
        let mut manifest = self.manifest.lock();
        for known in &mut manifest.collections {
            let is_open = open.iter().any(|(_, descriptor)| descriptor.collection == known.name);
            if is_open || self.last_change(&known.name) <= known.written {
                known.covers = number;
            }
            known.pass_identity(&self.noted(&known.name).to_string());
        }
        manifest.write(&*self.vfs, &self.directory)
    }

    /// Removes files of the log from which neither rows nor feeds are still read.
    fn remove_files(&self) -> Result<()> {
        let covered = self.manifest.lock().collections.iter().map(|known| known.covers).min();
        let covered = covered.unwrap_or(u64::MAX);
        let retained = self.retain.load(Ordering::Relaxed) as u64;
        let done = self.files.lock().last().map_or(0, |last| last.reached.done);
        loop {
            let first = self.files.lock().first().copied();
            let is_needed =
                |reached: Reached| reached.number > covered || done.saturating_sub(reached.done) < retained;
            let Some(first) = first.filter(|first| !is_needed(first.reached)) else { break };
            // One by one: the log must never have a gap, whichever of the removals a crash undoes.
            self.vfs.remove(&path(&self.directory, first.file))?;
            self.vfs.sync_dir(&self.directory)?;
            self.files.lock().retain(|file| file.file != first.file);
        }
        self.past.retain(self.retain.load(Ordering::Relaxed), covered);
        Ok(())
    }
}
