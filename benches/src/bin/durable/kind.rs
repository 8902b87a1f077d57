//! What is measured.

use std::path::Path;

use crate::ours::Ours;
use crate::plain::Plain;
use crate::redb::Redb;
use crate::subject::{Outcome, Subject};
use crate::threaded::Threaded;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// routier, in memory: what the file storage reads from, and what nothing is written for.
    Memory,
    /// routier's file storage.
    File,
    /// routier's SQLite storage.
    Sqlite,
    Redb,
    /// SQLite by hand, on the thread of the caller.
    Plain,
    /// SQLite by hand, with all that the SQLite storage does.
    Threaded,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] =
        [Self::Memory, Self::File, Self::Sqlite, Self::Redb, Self::Plain, Self::Threaded];

    /// In tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::File => "file",
            Self::Sqlite => "sqlite",
            Self::Redb => "redb",
            Self::Plain => "rusqlite",
            Self::Threaded => "rusqlite, thread",
        }
    }

    /// On the command line, and on the disk.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Threaded => "rusqlite-thread",
            kind => kind.name(),
        }
    }

    /// Whether what it acknowledged outlives it.
    pub(crate) fn is_durable(self) -> bool {
        self != Self::Memory
    }

    /// Opens what is in the directory, or begins it there.
    pub(crate) fn open(self, directory: &Path) -> Outcome<Box<dyn Subject>> {
        Ok(match self {
            Self::Memory => Box::new(Ours::memory()?),
            Self::File => Box::new(Ours::file(directory)?),
            Self::Sqlite => Box::new(Ours::sqlite(directory)?),
            Self::Redb => Box::new(Redb::open(directory)?),
            Self::Plain => Box::new(Plain::open(directory)?),
            Self::Threaded => Box::new(Threaded::open(directory)?),
        })
    }
}
