//! The machine's files.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the facade")]

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::vfs::{Vfs, VfsFile, VfsMetadata};
use crate::error::{Error, ErrorKind, Result};

/// The machine's file system, by the standard library.
///
/// Files are created with the mode 0600 and directories with 0700, where there are such modes. A lock is the operating
/// system's, of one open file: it ends with its process, however that ends. On Windows, which has no such call,
/// [`sync_dir`](Vfs::sync_dir) does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StdVfs;

impl Vfs for StdVfs {
    fn open(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        Ok(Box::new(StdFile::open(path, "opened", OpenOptions::new().read(true).write(true))?))
    }

    fn open_read_only(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        Ok(Box::new(StdFile::open(path, "opened", OpenOptions::new().read(true))?))
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        let mut options = OpenOptions::new();
        Ok(Box::new(StdFile::open(path, "created", options.read(true).write(true).create_new(true))?))
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(path).map_err(|error| Error::io("created", path, error))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to).map_err(|error| Error::io("renamed", from, error))
    }

    fn remove(&self, path: &Path) -> Result<()> {
        fs::remove_file(path).map_err(|error| Error::io("removed", path, error))
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        if cfg!(windows) {
            return Ok(());
        }
        let synced = File::open(path).and_then(|directory| directory.sync_all());
        synced.map_err(|error| Error::io("synced", path, error))
    }

    fn list(&self, path: &Path) -> Result<Vec<OsString>> {
        let entries = fs::read_dir(path);
        let names = entries.and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
        let mut names: Vec<OsString> = names.map_err(|error| Error::io("listed", path, error))?;
        names.sort_unstable();
        Ok(names)
    }

    fn try_lock(&self, path: &Path) -> Result<Box<dyn VfsFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let locked = StdFile::open(path, "opened", &mut options)?;
        match locked.file.try_lock() {
            Ok(()) => Ok(Box::new(locked)),
            Err(TryLockError::WouldBlock) => Err(Error::new(ErrorKind::Locked, "").with_path(path)),
            Err(TryLockError::Error(error)) => Err(Error::io("locked", path, error)),
        }
    }

    fn metadata(&self, path: &Path) -> Result<Option<VfsMetadata>> {
        match fs::metadata(path) {
            Ok(found) => Ok(Some(VfsMetadata { size: found.len(), is_dir: found.is_dir() })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("looked at", path, error)),
        }
    }
}

/// A file, which knows its path for messages.
#[derive(Debug)]
struct StdFile {
    file: File,
    path: PathBuf,
}

impl StdFile {
    /// Opens it; where that creates it, only its owner may read and write it.
    fn open(path: &Path, done: &str, options: &mut OpenOptions) -> Result<StdFile> {
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
        let file = options.open(path).map_err(|error| Error::io(done, path, error))?;
        Ok(StdFile { file, path: path.to_owned() })
    }

    fn done<T>(&self, done: &str, result: io::Result<T>) -> Result<T> {
        result.map_err(|error| Error::io(done, &self.path, error))
    }
}

impl VfsFile for StdFile {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.done("read", positional::read_at(&self.file, buffer, offset))
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<usize> {
        self.done("written", positional::write_at(&self.file, bytes, offset))
    }

    fn set_len(&self, size: u64) -> Result<()> {
        self.done("given another length", self.file.set_len(size))
    }

    fn size(&self) -> Result<u64> {
        self.done("looked at", self.file.metadata().map(|found| found.len()))
    }

    fn sync_data(&self) -> Result<()> {
        self.done("synced", self.file.sync_data())
    }

    fn sync_all(&self) -> Result<()> {
        self.done("synced", self.file.sync_all())
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads and writes at a position, as the operating system has them.
mod positional {
    #[cfg(unix)]
    pub(super) use std::os::unix::fs::FileExt;
    #[cfg(windows)]
    pub(super) use std::os::windows::fs::FileExt;

    use super::{File, io};

    pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        #[cfg(unix)]
        return file.read_at(buffer, offset);
        #[cfg(windows)]
        return file.seek_read(buffer, offset);
        #[cfg(not(any(unix, windows)))]
        return Err(io::Error::from(io::ErrorKind::Unsupported));
    }

    pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        #[cfg(unix)]
        return file.write_at(bytes, offset);
        #[cfg(windows)]
        return file.seek_write(bytes, offset);
        #[cfg(not(any(unix, windows)))]
        return Err(io::Error::from(io::ErrorKind::Unsupported));
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    /// A directory of its own for a test, removed at its end.
    struct Directory(PathBuf);

    impl Directory {
        fn new(test: &str) -> Directory {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
            let path = std::env::temp_dir().join(format!("routier-{test}-{}-{now}", std::process::id()));
            StdVfs.create_dir(&path).unwrap();
            Directory(path)
        }

        fn join(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn bytes_are_read_where_they_were_written() {
        let directory = Directory::new("bytes");
        let file = StdVfs.create_new(&directory.join("a")).unwrap();
        file.write_all_at(3, b"def").unwrap();
        file.write_all_at(0, b"abc").unwrap();
        file.sync_data().unwrap();
        file.sync_all().unwrap();
        assert_eq!((file.size().unwrap(), file.path()), (6, directory.join("a").as_path()));

        let again = StdVfs.open(&directory.join("a")).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(again.read_at(4, &mut buffer).unwrap(), 2);
        assert_eq!(again.read_at(6, &mut buffer).unwrap(), 0);
        again.set_len(2).unwrap();
        again.set_len(4).unwrap();
        file.read_exact_at(0, &mut buffer[..4]).unwrap();
        assert_eq!(&buffer[..4], b"ab\0\0");
        let end = file.read_exact_at(0, &mut buffer).unwrap_err();
        assert_eq!(end.io_kind(), Some(io::ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_file_opened_to_read_is_not_written() {
        let directory = Directory::new("read-only");
        StdVfs.create_new(&directory.join("a")).unwrap().write_all_at(0, b"abc").unwrap();
        let file = StdVfs.open_read_only(&directory.join("a")).unwrap();
        let mut buffer = [0; 3];
        file.read_exact_at(0, &mut buffer).unwrap();
        assert_eq!((&buffer, file.write_all_at(0, b"x").unwrap_err().kind()), (b"abc", ErrorKind::Io));
    }

    #[test]
    fn names_change_in_one_step() {
        let directory = Directory::new("names");
        for name in ["b", "a", "c"] {
            StdVfs.create_new(&directory.join(name)).unwrap().write_all_at(0, name.as_bytes()).unwrap();
        }
        StdVfs.rename(&directory.join("a"), &directory.join("c")).unwrap();
        StdVfs.remove(&directory.join("b")).unwrap();
        StdVfs.create_dir(&directory.join("d/e")).unwrap();
        StdVfs.create_dir(&directory.join("d/e")).unwrap();
        StdVfs.sync_dir(&directory.0).unwrap();
        assert_eq!(StdVfs.list(&directory.0).unwrap(), ["c", "d"]);
        let found = |name: &str| StdVfs.metadata(&directory.join(name)).unwrap();
        assert_eq!(found("c"), Some(VfsMetadata { size: 1, is_dir: false }));
        assert_eq!((found("d").map(|found| found.is_dir), found("a")), (Some(true), None));
    }

    #[test]
    fn errors_name_the_path_and_what_the_system_said() {
        let directory = Directory::new("errors");
        let missing = directory.join("missing");
        let file = directory.join("file");
        StdVfs.create_new(&file).unwrap();
        let cases = [
            (StdVfs.open(&missing).map(drop), &missing, io::ErrorKind::NotFound),
            (StdVfs.open_read_only(&missing).map(drop), &missing, io::ErrorKind::NotFound),
            (StdVfs.rename(&missing, &file), &missing, io::ErrorKind::NotFound),
            (StdVfs.remove(&missing), &missing, io::ErrorKind::NotFound),
            (StdVfs.list(&missing).map(drop), &missing, io::ErrorKind::NotFound),
            (StdVfs.create_new(&file).map(drop), &file, io::ErrorKind::AlreadyExists),
            (StdVfs.create_dir(&file), &file, io::ErrorKind::AlreadyExists),
        ];
        for (result, path, kind) in cases {
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.path()), (ErrorKind::Io, Some(path.as_path())));
            assert_eq!(error.io_kind(), Some(kind), "{error}");
        }
    }

    #[test]
    fn a_lock_has_one_holder_and_ends_with_it() {
        let directory = Directory::new("lock");
        let path = directory.join("LOCK");
        let held = StdVfs.try_lock(&path).unwrap();
        held.write_all_at(0, b"held").unwrap();
        let refused = StdVfs.try_lock(&path).unwrap_err();
        assert_eq!((refused.kind(), refused.path()), (ErrorKind::Locked, Some(path.as_path())));
        drop(held);
        let held = StdVfs.try_lock(&path).unwrap();
        assert_eq!(held.size().unwrap(), 4, "taking a lock empties no file");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_enter_read_and_write() {
        use std::os::unix::fs::PermissionsExt;

        let directory = Directory::new("modes");
        StdVfs.create_new(&directory.join("file")).unwrap();
        StdVfs.try_lock(&directory.join("lock")).unwrap();
        StdVfs.create_dir(&directory.join("a/b")).unwrap();
        let mode = |name: &str| fs::metadata(directory.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(["file", "lock", "a", "a/b"].map(mode), [0o600, 0o600, 0o700, 0o700]);
    }
}
