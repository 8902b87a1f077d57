//! What the data of the durable storages are on: a simulated disk, which stops and fails where it is told to, and
//! directories.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use routier::conformance::{Can, Harm, Medium, Trouble};
use routier::storage::Answer;
use routier::{Durability, Error, FileStorage, Result, SqliteStorage, Store, StoreBuilder, Vfs};
use routier_tests::simfs::{Fault, SimFs, What};

/// Where the store is on a simulated disk.
const DIRECTORY: &str = "/data";

/// A simulated disk.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<OnDisk>);

#[derive(Debug, Default)]
struct OnDisk {
    fs: Mutex<SimFs>,
    cut: AtomicU64,
}

impl Disk {
    /// A disk as it is.
    fn of(fs: SimFs) -> Self {
        Self(Arc::new(OnDisk { fs: Mutex::new(fs), cut: AtomicU64::new(0) }))
    }

    fn fs(&self) -> MutexGuard<'_, SimFs> {
        self.0.fs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self, builder: StoreBuilder, durability: Durability) -> Answer<'static, Result<Store>> {
        let files = FileStorage::builder(DIRECTORY).vfs(self.fs().clone()).compact_after(200_000);
        let disk = Arc::clone(&self.0);
        Answer::later(async move {
            let storage = files.durability(durability).open().await?;
            disk.cut.store(storage.recovery().torn_bytes, Ordering::Relaxed);
            builder.storage(storage).await
        })
    }

    /// The files of the log, in their order, with what is in them.
    fn logs(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let fs = self.fs();
        let mut names = fs.list(Path::new(DIRECTORY))?;
        names.sort();
        let names = names.iter().filter(|name| name.to_string_lossy().starts_with("commits-"));
        let paths = names.map(|name| Path::new(DIRECTORY).join(name));
        Ok(paths.filter_map(|path| fs.bytes(&path).map(|bytes| (path, bytes))).collect())
    }

    fn put(&self, path: &Path, bytes: Vec<u8>) {
        let mut fs = self.fs();
        *fs = fs.with_bytes(path, bytes);
    }
}

/// Where the lines of commits begin and end.
fn commits(log: &[u8]) -> Vec<(usize, usize)> {
    let mut begin = 0;
    let lines = log.split_inclusive(|byte| *byte == b'\n').map(|line| {
        begin += line.len();
        (begin - line.len(), begin, line)
    });
    let is_commit = |line: &[u8]| line.windows(10).any(|bytes| bytes == b",\"commit\":");
    lines.filter(|(.., line)| is_commit(line)).map(|(begin, end, _)| (begin, end)).collect()
}

impl Medium for Disk {
    fn open(&self, builder: StoreBuilder) -> Answer<'static, Result<Store>> {
        self.opened(builder, Durability::Sync)
    }

    fn can(&self) -> &'static [Can] {
        &[Can::Crash, Can::Stop, Can::Fail, Can::Tear, Can::Damage, Can::Buffer]
    }

    fn crashed(&self, seed: u64) -> Result<Arc<dyn Medium>> {
        Ok(Arc::new(Self::of(self.fs().after_crash(seed))))
    }

    fn plan(&self, trouble: Trouble, after: u64) -> Result<()> {
        let what = match trouble {
            Trouble::Stop => What::Crash,
            Trouble::Fail => What::Error(io::ErrorKind::Other),
        };
        let fs = self.fs();
        fs.plan(Some(Fault { at: fs.n_ops() + 1 + after, what }));
        Ok(())
    }

    fn harm(&self, harm: Harm) -> Result<()> {
        let logs = self.logs()?;
        let places = logs
            .iter()
            .flat_map(|log| commits(&log.1).into_iter().map(move |(begin, end)| (log, begin, end)));
        let place = match harm {
            Harm::Tear => places.last(),
            Harm::Damage => places.take(1).last(),
        };
        let ((path, bytes), begin, end) = place.ok_or_else(|| Error::bug("the log has no commit"))?;
        let (mut bytes, middle) = (bytes.clone(), (begin + end) / 2);
        match harm {
            Harm::Tear => bytes.truncate(middle),
            Harm::Damage => bytes[middle] ^= 1,
        }
        self.put(path, bytes);
        Ok(())
    }

    fn cut(&self) -> u64 {
        self.0.cut.load(Ordering::Relaxed)
    }

    fn open_buffered(&self, builder: StoreBuilder, within: Duration) -> Answer<'static, Result<Store>> {
        self.opened(builder, Durability::Buffered(within))
    }
}

/// A directory of the machine's, which goes when nobody has it any more.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    storage: In,
}

/// What keeps its data in a directory.
#[derive(Clone, Copy, Debug)]
pub enum In {
    /// A directory of files.
    Files,
    /// An SQLite database.
    Database,
}

impl Directory {
    /// One with nothing in it.
    ///
    /// # Errors
    ///
    /// What the machine says.
    pub fn of(storage: In) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("routier-medium-{process}-{number}"));
        // of a process that had the same number, and was stopped
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).map_err(|error| Error::io("made", &path, error))?;
        Ok(Self { path, storage })
    }

    fn opened(&self, builder: StoreBuilder, durability: Durability) -> Answer<'static, Result<Store>> {
        let (storage, files) = (self.storage, FileStorage::builder(self.path.join("data")));
        let database = SqliteStorage::builder(self.path.join("data.db"));
        Answer::later(async move {
            match storage {
                In::Files => builder.storage(files.durability(durability).open().await?).await,
                In::Database => builder.storage(database.durability(durability).open().await?).await,
            }
        })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Medium for Directory {
    fn open(&self, builder: StoreBuilder) -> Answer<'static, Result<Store>> {
        self.opened(builder, Durability::Sync)
    }

    fn can(&self) -> &'static [Can] {
        &[Can::Crash, Can::Buffer, Can::List]
    }

    fn crashed(&self, _seed: u64) -> Result<Arc<dyn Medium>> {
        let copy = Self::of(self.storage)?;
        copy_into(&self.path, &copy.path).map_err(|error| Error::io("copied", &self.path, error))?;
        Ok(Arc::new(copy))
    }

    fn open_buffered(&self, builder: StoreBuilder, within: Duration) -> Answer<'static, Result<Store>> {
        self.opened(builder, Durability::Buffered(within))
    }

    fn list(&self) -> Result<Vec<(PathBuf, u32)>> {
        let mut found = Vec::new();
        list(&self.path, &mut found).map_err(|error| Error::io("listed", &self.path, error))?;
        let relative = |path: PathBuf| path.strip_prefix(&self.path).map_or(path.clone(), Path::to_owned);
        Ok(found.into_iter().map(|(path, mode)| (relative(path), mode)).collect())
    }
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_into(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn list(directory: &Path, found: &mut Vec<(PathBuf, u32)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        found.push((entry.path(), mode(&entry.metadata()?)));
        if entry.file_type()?.is_dir() {
            list(&entry.path(), found)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn mode(of: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    of.permissions().mode() & 0o777
}

/// Where files have no such permissions there is nothing to see.
#[cfg(not(unix))]
fn mode(_of: &fs::Metadata) -> u32 {
    0
}
