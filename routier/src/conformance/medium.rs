//! What a durable storage keeps its data on, so that a clause can open it again.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::env::sync::Arc;
use crate::storage::Answer;
use crate::{Error, Result, Store, StoreBuilder};

/// What the data of a durable storage are on: a directory, a file, a simulated disk.
///
/// [`Medium::open`] is all that has to be there. [`Medium::can`] lists what else there is, and each clause says what it
/// needs: one that asks for more is switched off. A medium that cannot stop a machine can mostly still copy its files:
/// that is [`Can::Crash`], since a copy of what an open store has written is what a killed process leaves.
pub trait Medium: Send + Sync + 'static {
    /// Opens a store over what is there, with the options of the builder. There is nothing at first.
    ///
    /// Commits are as durable as they can be: what a call has acknowledged MUST be there after a crash. A clause keeps
    /// the medium for as long as it uses the store.
    fn open(&self, builder: StoreBuilder) -> Answer<'static, Result<Store>>;

    /// What else it can, where its storage is held against more than opening again.
    fn can(&self) -> &'static [Can] {
        &[]
    }

    /// [`Can::Crash`]: a medium with what would be there if the machine stopped now, or at least the process: without
    /// locks, and with any part of what has not been synced, as `seed` has it. The one before stays as it is, and so does
    /// the store that is open on it.
    ///
    /// # Errors
    ///
    /// What making it reports.
    fn crashed(&self, seed: u64) -> Result<Arc<dyn Medium>> {
        let _ = seed;
        Err(lacks(Can::Crash))
    }

    /// [`Can::Stop`], [`Can::Fail`]: something goes wrong at the operation that comes after so many others from now on.
    ///
    /// # Errors
    ///
    /// What the medium reports.
    fn plan(&self, trouble: Trouble, after: u64) -> Result<()> {
        let _ = after;
        Err(lacks(match trouble {
            Trouble::Stop => Can::Stop,
            Trouble::Fail => Can::Fail,
        }))
    }

    /// [`Can::Tear`], [`Can::Damage`]: changes what is there. No store is open.
    ///
    /// # Errors
    ///
    /// What changing it reports.
    fn harm(&self, harm: Harm) -> Result<()> {
        Err(lacks(match harm {
            Harm::Tear => Can::Tear,
            Harm::Damage => Can::Damage,
        }))
    }

    /// [`Can::Tear`]: how much the opening before has cut as torn, in bytes.
    fn cut(&self) -> u64 {
        0
    }

    /// [`Can::Buffer`]: as [`Medium::open`], with commits that are acknowledged before they are durable, which they are
    /// within this time.
    fn open_buffered(&self, builder: StoreBuilder, within: Duration) -> Answer<'static, Result<Store>> {
        let _ = (builder, within);
        Answer::Ready(Err(lacks(Can::Buffer)))
    }

    /// [`Can::List`]: every file and directory below one that was made for this medium alone, by its path from there,
    /// with its permissions as Unix writes them: `0o600`.
    ///
    /// # Errors
    ///
    /// What listing them reports.
    fn list(&self) -> Result<Vec<(PathBuf, u32)>> {
        Err(lacks(Can::List))
    }
}

/// What a [`Medium`] can beyond opening again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Can {
    /// [`Medium::crashed`].
    Crash,
    /// [`Medium::plan`] with [`Trouble::Stop`]; [`Can::Crash`] is then there as well.
    Stop,
    /// [`Medium::plan`] with [`Trouble::Fail`].
    Fail,
    /// [`Medium::harm`] with [`Harm::Tear`], and [`Medium::cut`].
    Tear,
    /// [`Medium::harm`] with [`Harm::Damage`].
    Damage,
    /// [`Medium::open_buffered`].
    Buffer,
    /// [`Medium::list`].
    List,
}

/// What goes wrong at an operation of a [`Medium`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The machine stops: the operation may be done in part, nobody hears of it, and every later one fails.
    Stop,
    /// The operation fails, once, where it writes or syncs.
    Fail,
}

/// What becomes of the data on a [`Medium`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Harm {
    /// What was written of the newest commit ends in its midst, as where the machine stopped while it was written.
    Tear,
    /// A bit of what was written of an older commit is another, and what came after is as it was.
    Damage,
}

impl fmt::Display for Can {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crash => "crash",
            Self::Stop => "stop",
            Self::Fail => "fail",
            Self::Tear => "tear",
            Self::Damage => "damage",
            Self::Buffer => "buffer",
            Self::List => "list",
        })
    }
}

fn lacks(what: Can) -> Error {
    Error::unsupported(format!("the medium says that it can {what}, and does not"))
}
