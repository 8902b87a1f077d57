//! Files, as a durable storage needs them.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::Path;

use crate::error::{Error, Result};

/// A file system that a durable storage writes to.
///
/// [`StdVfs`](crate::StdVfs) is the machine's. A test puts its own in the place: one that fails at the operation it is
/// told to, or that forgets what was not synced, as a power loss does.
///
/// # For implementors
///
/// Nothing is durable before it is synced, and a storage relies on no more than this: the contents and the length of a
/// file are after its [`sync_data`](VfsFile::sync_data), the entries of a directory (a file created, renamed or removed
/// in it) after [`sync_dir`](Vfs::sync_dir). Until then a crash MAY undo any of them, in any order.
///
/// Calls block. Errors MUST be of the kind `Io` with the path and the `std::io::Error` as source
/// ([`Error::io`](crate::Error::io) makes them), but for a lock that another holder has: `Locked`. After an error
/// nothing has happened, but for writes and syncs, of which any part may have.
///
/// ```
/// use std::path::Path;
///
/// use routier::{StdVfs, Vfs, VfsFile};
///
/// /// What a durable write is: the bytes, then the name.
/// fn write(vfs: &dyn Vfs, directory: &Path, bytes: &[u8]) -> routier::Result<()> {
///     let file = vfs.create_new(&directory.join("new"))?;
///     file.write_all_at(0, bytes)?;
///     file.sync_data()?;
///     vfs.rename(&directory.join("new"), &directory.join("whole"))?;
///     vfs.sync_dir(directory)
/// }
///
/// # let directory = std::env::temp_dir().join(format!("routier-doc-{}", std::process::id()));
/// StdVfs.create_dir(&directory)?;
/// write(&StdVfs, &directory, b"safe")?;
/// assert_eq!(StdVfs.metadata(&directory.join("whole"))?.map(|found| found.size), Some(4));
/// # std::fs::remove_dir_all(&directory).expect("the directory was made above");
/// # Ok::<(), routier::Error>(())
/// ```
pub trait Vfs: Send + Sync + fmt::Debug + 'static {
    /// Opens a file that exists, for reading and writing.
    fn open(&self, path: &Path) -> Result<Box<dyn VfsFile>>;

    /// Opens a file that exists, for reading alone: it may be on a medium that cannot be written.
    fn open_read_only(&self, path: &Path) -> Result<Box<dyn VfsFile>>;

    /// Creates a file that only its owner may read and write. One that exists is an error, and is left as it is.
    fn create_new(&self, path: &Path) -> Result<Box<dyn VfsFile>>;

    /// Creates a directory that only its owner may enter, and those above it. One that exists is left as it is.
    fn create_dir(&self, path: &Path) -> Result<()>;

    /// Gives a file another name, in one step; a file that has that name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Removes a file. What has it open goes on with it.
    fn remove(&self, path: &Path) -> Result<()>;

    /// Makes the entries of a directory durable.
    fn sync_dir(&self, path: &Path) -> Result<()>;

    /// The names in a directory, in ascending order.
    fn list(&self, path: &Path) -> Result<Vec<OsString>>;

    /// Locks a file, which is created where it is missing, until what is returned is dropped or its process ends,
    /// however it ends. It MUST NOT wait, and MUST refuse a second lock in the same process too.
    fn try_lock(&self, path: &Path) -> Result<Box<dyn VfsFile>>;

    /// What stands at this path, `None` where nothing does.
    fn metadata(&self, path: &Path) -> Result<Option<VfsMetadata>>;
}

/// An open file of a [`Vfs`]. It has no position of its own, and may be used from several threads.
pub trait VfsFile: Send + Sync + fmt::Debug + 'static {
    /// Reads from here on, at most as much as the buffer holds, and says how much that was: less does not mean that
    /// the file ends, only 0 does.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize>;

    /// Writes from here on, and says how much: it may be less than was given. Beyond the end the file grows.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<usize>;

    /// Cuts the file, or lets it grow with zeros.
    fn set_len(&self, size: u64) -> Result<()>;

    /// The length in bytes.
    fn size(&self) -> Result<u64>;

    /// Makes contents and length durable. After an error nobody knows what is, and a second call MAY wrongly succeed:
    /// the caller has to give the file up.
    fn sync_data(&self) -> Result<()>;

    /// As [`sync_data`](VfsFile::sync_data), times and modes too.
    fn sync_all(&self) -> Result<()>;

    /// Where the file was opened, for messages.
    fn path(&self) -> &Path;

    /// Fills the buffer from here on, in as many reads as it takes.
    ///
    /// # Errors
    ///
    /// `Io` with `UnexpectedEof` when the file ends before; the buffer then holds what there was.
    fn read_exact_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> Result<()> {
        while !buffer.is_empty() {
            let wanted = buffer.len();
            let n = match self.read_at(offset, buffer) {
                Ok(0) => return Err(short("read", self.path(), io::ErrorKind::UnexpectedEof)),
                Ok(n) => n.min(wanted),
                Err(error) if is_interrupted(&error) => continue,
                Err(error) => return Err(error),
            };
            buffer = buffer.split_at_mut(n).1;
            offset = offset.saturating_add(n as u64);
        }
        Ok(())
    }

    /// Writes all of it from here on, in as many writes as it takes.
    ///
    /// # Errors
    ///
    /// `Io`, with `WriteZero` when the file takes nothing more. Any part may have been written.
    fn write_all_at(&self, mut offset: u64, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let n = match self.write_at(offset, bytes) {
                Ok(0) => return Err(short("written", self.path(), io::ErrorKind::WriteZero)),
                Ok(n) => n.min(bytes.len()),
                Err(error) if is_interrupted(&error) => continue,
                Err(error) => return Err(error),
            };
            bytes = bytes.split_at(n).1;
            offset = offset.saturating_add(n as u64);
        }
        Ok(())
    }
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VfsMetadata {
    /// The length of a file in bytes; of a directory it says nothing.
    pub size: u64,
    /// Whether it is a directory.
    pub is_dir: bool,
}

fn short(done: &str, path: &Path, kind: io::ErrorKind) -> Error {
    Error::io(done, path, io::Error::from(kind))
}

fn is_interrupted(error: &Error) -> bool {
    error.io_kind() == Some(io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::super::sync::Mutex;
    use super::*;

    /// A file that does what the next step says: 0, a few bytes, or an error.
    #[derive(Debug)]
    struct Stubborn {
        bytes: Mutex<Vec<u8>>,
        steps: Mutex<Vec<Result<usize, io::ErrorKind>>>,
    }

    impl Stubborn {
        fn new(bytes: &[u8], steps: &[Result<usize, io::ErrorKind>]) -> Stubborn {
            let steps = steps.iter().rev().copied().collect();
            Stubborn { bytes: Mutex::new(bytes.to_vec()), steps: Mutex::new(steps) }
        }

        fn step(&self) -> Result<usize> {
            let step = self.steps.lock().pop().unwrap_or(Ok(usize::MAX));
            step.map_err(|kind| Error::io("used", "stubborn", io::Error::from(kind)))
        }
    }

    impl VfsFile for Stubborn {
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
            let limit = self.step()?;
            let bytes = self.bytes.lock();
            let rest = bytes.get(offset as usize..).unwrap_or_default();
            let n = limit.min(buffer.len()).min(rest.len());
            buffer[..n].copy_from_slice(&rest[..n]);
            Ok(n)
        }

        fn write_at(&self, offset: u64, given: &[u8]) -> Result<usize> {
            let n = self.step()?.min(given.len());
            let mut bytes = self.bytes.lock();
            let end = bytes.len().max(offset as usize + n);
            bytes.resize(end, 0);
            bytes[offset as usize..offset as usize + n].copy_from_slice(&given[..n]);
            Ok(n)
        }

        fn set_len(&self, _: u64) -> Result<()> {
            Ok(())
        }

        fn size(&self) -> Result<u64> {
            Ok(self.bytes.lock().len() as u64)
        }

        fn sync_data(&self) -> Result<()> {
            Ok(())
        }

        fn sync_all(&self) -> Result<()> {
            Ok(())
        }

        fn path(&self) -> &Path {
            Path::new("stubborn")
        }
    }

    const INTERRUPTED: Result<usize, io::ErrorKind> = Err(io::ErrorKind::Interrupted);

    #[test]
    fn all_is_written_in_as_many_writes_as_it_takes() {
        let file = Stubborn::new(b"__", &[Ok(1), INTERRUPTED, Ok(2)]);
        file.write_all_at(1, b"abcdef").unwrap();
        assert_eq!(file.bytes.lock().as_slice(), b"_abcdef");
    }

    #[test]
    fn a_file_that_takes_nothing_is_an_error_and_no_endless_loop() {
        let full = Stubborn::new(b"", &[Ok(1), Ok(0)]).write_all_at(0, b"abc").unwrap_err();
        assert_eq!(full.io_kind(), Some(io::ErrorKind::WriteZero));
        let broken =
            Stubborn::new(b"", &[Err(io::ErrorKind::StorageFull)]).write_all_at(0, b"abc").unwrap_err();
        assert_eq!(broken.io_kind(), Some(io::ErrorKind::StorageFull));
        assert_eq!(broken.path(), Some(Path::new("stubborn")));
    }

    #[test]
    fn all_is_read_or_the_end_is_an_error() {
        let mut buffer = [0; 4];
        let steps = [Ok(1), INTERRUPTED, Ok(2)];
        Stubborn::new(b"abcdef", &steps).read_exact_at(1, &mut buffer).unwrap();
        assert_eq!(&buffer, b"bcde");
        let short = Stubborn::new(b"abcdef", &steps).read_exact_at(3, &mut buffer).unwrap_err();
        assert_eq!(short.io_kind(), Some(io::ErrorKind::UnexpectedEof));
    }
}
