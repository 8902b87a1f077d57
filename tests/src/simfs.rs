//! A file system that can lose what was not synced: for tests of what a crash leaves.
//!
//! It keeps each file and the directory twice, as they are and as they are known to be durable, with the operations in
//! between. A crash leaves the durable state with a beginning of the operations on names, and with any of the writes,
//! each whole, in part, or not at all (after the simulations of "All File Systems Are Not Created Equal", Pillai et al.,
//! OSDI 2014). Directories themselves are durable as soon as they are made.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use routier::{Error, ErrorKind, Result, Vfs, VfsFile, VfsMetadata};

use crate::dice::Dice;

/// A simulated disk; clones share it.
#[derive(Clone, Debug, Default)]
pub struct SimFs(Arc<Mutex<Disk>>);

#[derive(Clone, Debug, Default)]
struct Disk {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    pending_names: Vec<NameOp>,
    directories: BTreeSet<PathBuf>,
    locks: BTreeSet<PathBuf>,
    /// How many operations there were.
    n_ops: u64,
    fault: Option<Fault>,
    /// Nothing works any more.
    is_down: bool,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<DataOp>,
}

#[derive(Clone, Debug)]
enum DataOp {
    Write(u64, Vec<u8>),
    SetLen(u64),
}

#[derive(Clone, Debug)]
enum NameOp {
    Link(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// What goes wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// At which operation, counted from 1.
    pub at: u64,
    /// What happens there.
    pub what: What,
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The machine stops: the operation is under way, and nothing works any more.
    Crash,
    /// The operation fails once. A sync that fails forgets what was to be synced, and the next one says that all is well.
    Error(io::ErrorKind),
    /// From here on there is no room: writes fail.
    Full,
}

impl SimFs {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many operations there were.
    pub fn n_ops(&self) -> u64 {
        self.disk().n_ops
    }

    /// Plans what goes wrong.
    pub fn plan(&self, fault: Option<Fault>) {
        self.disk().fault = fault;
    }

    /// Stops the machine now.
    pub fn stop(&self) {
        self.disk().is_down = true;
    }

    /// What the disk may have after the crash, by the seed: a disk of its own, on which nothing is planned.
    pub fn after_crash(&self, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let disk = self.disk();
        let mut names = disk.durable_names.clone();
        let kept = dice.below(disk.pending_names.len() as u64 + 1) as usize;
        disk.pending_names.iter().take(kept).for_each(|op| op.apply(&mut names));
        let inodes = disk.inodes.iter().map(|inode| inode.after_crash(&mut dice)).collect();
        let directories = disk.directories.clone();
        let durable_names = names.clone();
        Self(Arc::new(Mutex::new(Disk { inodes, names, durable_names, directories, ..Disk::default() })))
    }

    /// The bytes of a file as they are.
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        let disk = self.disk();
        disk.names.get(path).and_then(|inode| disk.inodes.get(*inode)).map(|inode| inode.live.clone())
    }

    /// Another disk, with these bytes in a file.
    pub fn with_bytes(&self, path: &Path, bytes: Vec<u8>) -> Self {
        let mut disk = self.disk().clone();
        disk.locks.clear();
        if let Some(inode) = disk.names.get(path).copied().and_then(|inode| disk.inodes.get_mut(inode)) {
            *inode = Inode { live: bytes.clone(), durable: bytes, pending: Vec::new() };
        }
        Self(Arc::new(Mutex::new(disk)))
    }

    /// Begins an operation. `is_write` says whether it takes room.
    fn begin(&self, done: &str, path: &Path, is_write: bool) -> Result<(MutexGuard<'_, Disk>, Then)> {
        let mut disk = self.disk();
        let fails = |kind: io::ErrorKind| Err(Error::io(done, path, io::Error::from(kind)));
        if disk.is_down {
            return fails(io::ErrorKind::BrokenPipe);
        }
        disk.n_ops += 1;
        let Some(fault) = disk.fault.filter(|fault| disk.n_ops >= fault.at) else {
            return Ok((disk, Then::Done));
        };
        match fault.what {
            What::Crash => {
                disk.is_down = true;
                Ok((disk, Then::Dies))
            }
            What::Full if is_write => fails(io::ErrorKind::StorageFull),
            What::Full => Ok((disk, Then::Done)),
            What::Error(kind) => {
                disk.fault = None;
                Ok((disk, Then::Fails(kind)))
            }
        }
    }
}

/// How an operation that was begun ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Done,
    /// It is done, and nobody hears of it.
    Dies,
    Fails(io::ErrorKind),
}

impl Then {
    fn end<T>(self, done: &str, path: &Path, value: T) -> Result<T> {
        match self {
            Self::Done => Ok(value),
            Self::Dies => Err(Error::io(done, path, io::Error::from(io::ErrorKind::BrokenPipe))),
            Self::Fails(kind) => Err(Error::io(done, path, io::Error::from(kind))),
        }
    }
}

impl NameOp {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Link(path, inode) => drop(names.insert(path.clone(), *inode)),
            Self::Rename(from, to) => {
                if let Some(inode) = names.remove(from) {
                    names.insert(to.clone(), inode);
                }
            }
            Self::Remove(path) => drop(names.remove(path)),
        }
    }
}

impl DataOp {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, new) => {
                let (begin, end) = (*offset as usize, *offset as usize + new.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                if let Some(place) = bytes.get_mut(begin..end) {
                    place.copy_from_slice(new);
                }
            }
            Self::SetLen(len) => bytes.resize(*len as usize, 0),
        }
    }
}

impl Inode {
    fn after_crash(&self, dice: &mut Dice) -> Self {
        let mut bytes = self.durable.clone();
        for op in &self.pending {
            match (op, dice.below(3)) {
                (_, 0) => {}
                (DataOp::Write(offset, new), 1) => {
                    let torn = dice.below(new.len() as u64 + 1) as usize;
                    DataOp::Write(*offset, new.iter().take(torn).copied().collect()).apply(&mut bytes);
                }
                (op, _) => op.apply(&mut bytes),
            }
        }
        Self { live: bytes.clone(), durable: bytes, pending: Vec::new() }
    }

    fn apply(&mut self, op: DataOp) {
        op.apply(&mut self.live);
        self.pending.push(op);
    }
}

impl Disk {
    fn change_names(&mut self, op: NameOp) {
        op.apply(&mut self.names);
        self.pending_names.push(op);
    }
}

/// An open file.
#[derive(Debug)]
struct SimFile {
    fs: SimFs,
    inode: usize,
    path: PathBuf,
    is_lock: bool,
}

impl Drop for SimFile {
    fn drop(&mut self) {
        if self.is_lock {
            self.fs.disk().locks.remove(&self.path);
        }
    }
}

impl SimFs {
    fn file(&self, inode: usize, path: &Path, is_lock: bool) -> Box<dyn VfsFile> {
        Box::new(SimFile { fs: self.clone(), inode, path: path.to_owned(), is_lock })
    }

    fn make(&self, path: &Path) -> Result<usize> {
        let (mut disk, then) = self.begin("created", path, true)?;
        if let Then::Fails(_) = then {
            return then.end("created", path, 0);
        }
        disk.inodes.push(Inode::default());
        let inode = disk.inodes.len() - 1;
        disk.change_names(NameOp::Link(path.to_owned(), inode));
        then.end("created", path, inode)
    }

    fn find(&self, path: &Path) -> Result<usize> {
        let (disk, then) = self.begin("opened", path, false)?;
        let found = disk.names.get(path).copied();
        let found =
            found.ok_or_else(|| Error::io("opened", path, io::Error::from(io::ErrorKind::NotFound)))?;
        then.end("opened", path, found)
    }

    fn rename_names(&self, done: &str, path: &Path, op: NameOp) -> Result<()> {
        let (mut disk, then) = self.begin(done, path, false)?;
        if !disk.names.contains_key(path) {
            return Err(Error::io(done, path, io::Error::from(io::ErrorKind::NotFound)));
        }
        if !matches!(then, Then::Fails(_)) {
            disk.change_names(op);
        }
        then.end(done, path, ())
    }
}

impl Vfs for SimFs {
    fn open(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        self.find(path).map(|inode| self.file(inode, path, false))
    }

    fn open_read_only(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        self.open(path)
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        if self.disk().names.contains_key(path) {
            return Err(Error::io("created", path, io::Error::from(io::ErrorKind::AlreadyExists)));
        }
        self.make(path).map(|inode| self.file(inode, path, false))
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        let (mut disk, then) = self.begin("created", path, true)?;
        if !matches!(then, Then::Fails(_)) {
            disk.directories.insert(path.to_owned());
        }
        then.end("created", path, ())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.rename_names("renamed", from, NameOp::Rename(from.to_owned(), to.to_owned()))
    }

    fn remove(&self, path: &Path) -> Result<()> {
        self.rename_names("removed", path, NameOp::Remove(path.to_owned()))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        let (mut disk, then) = self.begin("synced", path, false)?;
        if then == Then::Done {
            disk.durable_names = disk.names.clone();
            disk.pending_names.clear();
        }
        then.end("synced", path, ())
    }

    fn list(&self, path: &Path) -> Result<Vec<OsString>> {
        let (disk, then) = self.begin("listed", path, false)?;
        let within = disk.names.keys().filter(|name| name.parent() == Some(path));
        let names = within.filter_map(|name| name.file_name().map(ToOwned::to_owned)).collect();
        then.end("listed", path, names)
    }

    fn try_lock(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        let is_there = self.disk().names.contains_key(path);
        let inode = if is_there { self.find(path)? } else { self.make(path)? };
        if !self.disk().locks.insert(path.to_owned()) {
            return Err(Error::new(ErrorKind::Locked, "").with_path(path));
        }
        Ok(self.file(inode, path, true))
    }

    fn metadata(&self, path: &Path) -> Result<Option<VfsMetadata>> {
        let (disk, then) = self.begin("looked at", path, false)?;
        let size = disk.names.get(path).and_then(|inode| disk.inodes.get(*inode));
        let file = size.map(|inode| VfsMetadata { size: inode.live.len() as u64, is_dir: false });
        let directory = disk.directories.contains(path).then_some(VfsMetadata { size: 0, is_dir: true });
        then.end("looked at", path, file.or(directory))
    }
}

impl SimFile {
    /// Carries out an operation that takes effect also where the machine stops within it.
    fn change<T>(&self, done: &str, is_write: bool, change: impl FnOnce(&mut Inode) -> T) -> Result<T> {
        let (mut disk, then) = self.fs.begin(done, &self.path, is_write)?;
        let lost = || Error::io(done, &self.path, io::Error::from(io::ErrorKind::NotFound));
        let inode = disk.inodes.get_mut(self.inode).ok_or_else(lost)?;
        if let Then::Fails(kind) = then {
            if done == "synced" {
                inode.pending.clear();
                inode.live.clone_from(&inode.durable);
            }
            return Err(Error::io(done, &self.path, io::Error::from(kind)));
        }
        // a sync under way when the machine stops has synced nothing, or everything: nothing is the harder case
        if then == Then::Dies && done == "synced" {
            return Err(Error::io(done, &self.path, io::Error::from(io::ErrorKind::BrokenPipe)));
        }
        let value = change(inode);
        then.end(done, &self.path, value)
    }
}

impl VfsFile for SimFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.change("read", false, |inode| {
            let rest = inode.live.get(offset as usize..).unwrap_or_default();
            let n = rest.len().min(buffer.len());
            buffer.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
            n
        })
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<usize> {
        self.change("written", true, |inode| {
            inode.apply(DataOp::Write(offset, bytes.to_vec()));
            bytes.len()
        })
    }

    fn set_len(&self, size: u64) -> Result<()> {
        self.change("given another length", false, |inode| inode.apply(DataOp::SetLen(size)))
    }

    fn size(&self) -> Result<u64> {
        self.change("looked at", false, |inode| inode.live.len() as u64)
    }

    fn sync_data(&self) -> Result<()> {
        self.change("synced", false, |inode| {
            inode.durable.clone_from(&inode.live);
            inode.pending.clear();
        })
    }

    fn sync_all(&self) -> Result<()> {
        self.sync_data()
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
