//! What the storage and the work beside it share.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::backend::ahead;
use crate::backend::file::FileOptions;
use crate::backend::file::aside::Asides;
use crate::backend::file::compact::Compaction;
use crate::backend::file::lineage::Lineage;
use crate::backend::file::manifest::Manifest;
use crate::backend::file::past::{Past, Reader, Readers};
use crate::backend::file::recover::{Recovered, Recovery, recover};
use crate::backend::file::rows::{Loaded, load};
use crate::backend::now;
use crate::codec::Defaults;
use crate::entity::Descriptor;
use crate::env::sync::{Arc, AtomicU64, AtomicUsize, Mutex, Ordering};
use crate::env::threads::wait;
use crate::env::{Vfs, VfsFile};
use crate::error::{Error, Result};
use crate::journal::data;
use crate::journal::log::Journal;
use crate::journal::queue::{Ended, Place};
use crate::memory::MemoryStorage;
use crate::storage::{Answer, CollectionId, History, Log, Opening, Storage};

/// How many changes are kept for feeds, where nothing else is said.
const HISTORY: usize = 65_536;

/// A store's files, and its rows in memory.
pub(super) struct Inner {
    pub(super) vfs: Arc<dyn Vfs>,
    pub(super) directory: PathBuf,
    /// The name of the store, as it stands in files and in tokens.
    pub(super) store: String,
    pub(super) id: u64,
    pub(super) epoch: u64,
    /// The openings before this one.
    pub(super) lineage: Lineage,
    pub(super) memory: MemoryStorage,
    pub(super) journal: Arc<Journal>,
    pub(super) manifest: Mutex<Manifest>,
    pub(super) past: Past,
    /// Up to this number the commits are of earlier openings.
    floor: u64,
    /// The files of the log that were ended.
    pub(super) files: Mutex<Vec<Ended>>,
    pub(super) retain: AtomicUsize,
    /// The collections that are open, in the order of their numbers.
    open: Mutex<Vec<(CollectionId, &'static Descriptor)>>,
    readers: Mutex<Readers>,
    /// The collections that were read and are still to be written in the shape that they have now: nobody gets them
    /// before, since what is given to old rows has to be the same ever after.
    unwritten: Mutex<Vec<&'static str>>,
    /// The rows that could not be read.
    pub(super) asides: Arc<Asides>,
    /// Held while a collection is opened: of two who open the same, one waits.
    opening: Mutex<()>,
    /// Below these, identities have been noted, by collection.
    pub(super) reserved: Arc<Mutex<HashMap<&'static str, u128>>>,
    /// Below these, identities that rows brought along have been noted, by collection.
    pub(super) brought: Mutex<HashMap<&'static str, u128>>,
    pub(super) report: Mutex<Recovery>,
    /// Says that this process has the directory, until the end.
    lock: Mutex<Option<Box<dyn VfsFile>>>,
    pub(super) compaction: Mutex<Compaction>,
    compact_after: u64,
    /// About how large the data files are.
    data_bytes: AtomicU64,
}

impl Inner {
    /// Locks a directory and begins to write.
    pub(super) fn begin(options: FileOptions) -> Result<Self> {
        let FileOptions { directory, durability, vfs, compact_after } = options;
        let Recovered { lock, mut manifest, segments, reached, floor, lineage, next_file, report } =
            recover(&*vfs, &directory)?;
        let (store, id) = (manifest.store.clone(), manifest.id(&directory)?);
        let epoch = lineage.next();
        let place = Place {
            vfs: Arc::clone(&vfs),
            directory: directory.clone(),
            store: store.clone(),
            epoch,
            file: next_file,
            reached,
            first: floor,
        };
        let journal = Arc::new(Journal::begin(place, durability)?);
        let log: Arc<dyn Log> = Arc::<Journal>::clone(&journal);
        let files = segments.iter().map(|(file, segment)| Ended { file: *file, reached: segment.reached() });
        let files = Mutex::new(files.collect());
        let forgotten = segments.first().map_or(0, |(_, first)| first.head.after);
        for reserve in segments.iter().flat_map(|(_, segment)| &segment.reserves) {
            manifest.change(&reserve.collection, |known| known.pass_identity(&reserve.below));
        }
        let commits = segments.into_iter().flat_map(|(_, segment)| segment.commits);
        Ok(Self {
            vfs,
            directory,
            store,
            id,
            epoch,
            lineage,
            memory: MemoryStorage::going_on(floor, reached.number, reached.done, log),
            journal,
            manifest: Mutex::new(manifest),
            past: Past::new(commits, forgotten),
            floor,
            files,
            retain: AtomicUsize::new(HISTORY),
            open: Mutex::default(),
            readers: Mutex::default(),
            unwritten: Mutex::default(),
            asides: Arc::default(),
            opening: Mutex::default(),
            reserved: Arc::default(),
            brought: Mutex::default(),
            report: Mutex::new(report),
            lock: Mutex::new(Some(lock)),
            compaction: Mutex::default(),
            compact_after,
            data_bytes: AtomicU64::new(0),
        })
    }

    /// The open collections, but for those with rows that could not be read: their files stay as they are.
    pub(super) fn open_collections(&self) -> Vec<(CollectionId, &'static Descriptor)> {
        let mut open = self.open.lock().clone();
        open.retain(|(id, _)| !self.asides.has(*id));
        open
    }

    /// Opens a collection. It reads a file: call it where that may block.
    pub(super) fn open(&self, opening: &Opening) -> Result<CollectionId> {
        let descriptor = opening.descriptor;
        let name = descriptor.collection;
        let codec = descriptor.codec.ok_or_else(|| {
            Error::unsupported("files keep no transient entities: derive `Serialize` and `Deserialize`")
                .with_collection(name)
        })?;
        let _alone = self.opening.lock();
        let open = self.open.lock().iter().any(|(_, open)| open.collection.eq_ignore_ascii_case(name));
        if open {
            return now(self.memory.open(opening.clone()))?;
        }
        if self.unwritten.lock().contains(&name) {
            let id = now(self.memory.open(opening.clone()))??;
            return self.begin_with(id, descriptor);
        }
        let known = self.manifest.lock().find(name).cloned();
        let mut loaded = Loaded::default();
        match &known {
            None => self.create(descriptor)?,
            Some(known) if known.name != name => {
                return Err(Error::schema(
                    name,
                    format!("the name differs only by case from the stored collection `{}`", known.name),
                ));
            }
            Some(known) => {
                let store = (&*self.vfs, &*self.directory, &*self.store);
                loaded = load(store, known, (descriptor, codec), (&self.past, self.memory.visible()))?;
                self.report.lock().edited.append(&mut loaded.edited);
            }
        }
        // What cannot be read is not opened: another type may be the right one.
        let id = now(self.memory.open(opening.clone()))??;
        self.memory.engine().load(id, loaded.rows)?;
        let below = known.map_or(1, |known| known.identity());
        self.memory.engine().pass_identities(id, below)?;
        self.reserved.lock().insert(name, below);
        let defaults = Arc::new(loaded.defaults);
        self.readers.lock().insert(name.to_owned(), Reader { id, codec, defaults });
        let has_asides = !loaded.asides.is_empty();
        if has_asides {
            self.asides.add(id, descriptor, loaded.asides);
        }
        if loaded.is_outdated && !has_asides {
            self.unwritten.lock().push(name);
        }
        self.begin_with(id, descriptor)
    }

    /// Lets a collection that was read be used, once its file is of its shape.
    fn begin_with(&self, id: CollectionId, descriptor: &'static Descriptor) -> Result<CollectionId> {
        let name = descriptor.collection;
        let is_unwritten = self.unwritten.lock().contains(&name);
        if is_unwritten {
            self.renew(id, descriptor)?;
            self.unwritten.lock().retain(|other| *other != name);
        }
        self.open.lock().push((id, descriptor));
        self.measure()?;
        self.past.retain(self.retain.load(Ordering::Relaxed), self.covered_unopened());
        Ok(id)
    }

    /// Up to this number the log has nothing of the collections that are still to be opened.
    fn covered_unopened(&self) -> u64 {
        let open = self.open.lock();
        let is_open = |name: &str| open.iter().any(|(_, open)| open.collection.eq_ignore_ascii_case(name));
        let manifest = self.manifest.lock();
        let unopened = manifest.collections.iter().filter(|known| !is_open(&known.name));
        unopened.map(|known| known.covers).min().unwrap_or(u64::MAX)
    }

    /// What rows of a collection were given that had been written before a field was added.
    pub(super) fn defaults(&self, descriptor: &Descriptor) -> Defaults {
        let readers = self.readers.lock();
        readers.get(descriptor.collection).map(|reader| (*reader.defaults).clone()).unwrap_or_default()
    }

    /// Makes the file of a new collection, and notes it.
    fn create(&self, descriptor: &'static Descriptor) -> Result<()> {
        let number = self.memory.visible();
        data::write(&*self.vfs, &self.directory, &self.header(descriptor, number), &[])?;
        self.vfs.sync_dir(&self.directory)?;
        let mut manifest = self.manifest.lock();
        let mut with = manifest.clone();
        with.change(descriptor.collection, |known| (known.written, known.covers) = (number, number));
        with.write(&*self.vfs, &self.directory)?;
        *manifest = with;
        Ok(())
    }

    /// Writes the rows of a collection out in the shape that they have now.
    fn renew(&self, id: CollectionId, descriptor: &'static Descriptor) -> Result<()> {
        let snapshot = now(self.memory.snapshot())??;
        self.write_rows(&*snapshot, id, descriptor)?;
        self.vfs.sync_dir(&self.directory)
    }

    /// Takes numbers for an identity field. Those below a number that is noted may be given; behind it, more are noted.
    pub(super) fn identities(&self, id: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        let first = match now(self.memory.identities(id, count)).and_then(|first| first) {
            Ok(first) => first,
            Err(error) => return Answer::Ready(Err(error)),
        };
        let end = first.saturating_add(count);
        let open = self.open.lock().iter().find(|(open, _)| *open == id).copied();
        let Some((_, descriptor)) = open else {
            return Answer::Ready(Err(Error::bug("a collection was used that was never opened")));
        };
        let name = descriptor.collection;
        let is_noted = self.reserved.lock().get(name).is_some_and(|reserved| end <= *reserved);
        if is_noted {
            return Answer::Ready(Ok(first));
        }
        let below = end.saturating_add(ahead(end));
        let noted = self.journal.reserve(name, below);
        let journal = Arc::clone(&self.journal);
        let reserved = Arc::clone(&self.reserved);
        Answer::later(async move {
            noted.await?;
            // Also where commits may be lost that the machine has not written yet, an identity is not.
            journal.sync().await?;
            let mut reserved = reserved.lock();
            let known = reserved.entry(name).or_insert(below);
            *known = (*known).max(below);
            Ok(first)
        })
    }

    /// The history, of which what came before this opening is in the log.
    pub(super) fn history(&self, number: u64, most: usize) -> Result<History> {
        let newest = now(self.memory.history(number.max(self.floor), most))??;
        if number >= self.floor || newest.gap.is_some() {
            return Ok(newest);
        }
        let readers = self.readers.lock().clone();
        let mut history = self.past.read(number, self.floor, most, &readers)?;
        let n_changes: usize = history.commits.iter().map(|commit| commit.changes.len()).sum();
        if history.seen >= self.floor && n_changes < most {
            history.commits.extend(newest.commits);
            history.seen = newest.seen;
        }
        Ok(history)
    }

    /// Whether the log has become so long that the rows should be written out.
    pub(super) fn is_long(&self) -> bool {
        self.journal.written() >= self.compact_after.max(self.data_bytes.load(Ordering::Relaxed))
    }

    /// Ends the log behind all that was begun, and gives the directory free. It waits.
    ///
    /// Nothing may write once the directory is free: whoever writes is ended before.
    pub(super) fn end(&self) -> Result<()> {
        self.end_compaction();
        let mut lock = self.lock.lock();
        if lock.is_none() {
            return Ok(());
        }
        let ended = wait(self.journal.end());
        *lock = None;
        ended
    }

    /// Looks how large the data files are.
    pub(super) fn measure(&self) -> Result<()> {
        let mut bytes = 0;
        for (_, descriptor) in self.open_collections() {
            let found = self.vfs.metadata(&data::path(&self.directory, descriptor.collection))?;
            bytes += found.map_or(0, |found| found.size);
        }
        self.data_bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    }
}
