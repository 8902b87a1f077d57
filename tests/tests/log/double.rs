//! A log that does as it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use routier::storage::{CommitRecord, Completion, Log};
use routier::{Error, ErrorKind, Result};

/// What the log does with a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It keeps it, and acknowledges it when it is told to.
    #[default]
    Hold,
    /// It acknowledges it before `append` returns.
    AtOnce,
    /// It acknowledges it on a thread of its own.
    Elsewhere,
    /// It says within `append` that it failed.
    FailAtOnce,
    /// It takes no record.
    Refuse,
    /// It drops the completion.
    Forget,
}

#[derive(Default)]
pub(crate) struct Double {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    mode: Mode,
    held: Vec<(u64, Completion)>,
    /// Every record, in the order in which it came.
    taken: Vec<u64>,
}

impl Double {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.state().mode = mode;
    }

    /// The numbers of the records that are held, in the order in which they came.
    pub(crate) fn held(&self) -> Vec<u64> {
        self.state().held.iter().map(|(number, _)| *number).collect()
    }

    /// The numbers of all records that came.
    pub(crate) fn taken(&self) -> Vec<u64> {
        self.state().taken.clone()
    }

    /// Says how the record ended that stands at this place among those that are held.
    pub(crate) fn end(&self, place: usize, outcome: Result<()>) {
        let (_, completion) = self.state().held.remove(place);
        completion.complete(outcome);
    }

    pub(crate) fn acknowledge(&self, place: usize) {
        self.end(place, Ok(()));
    }

    /// Acknowledges the first so many that are held.
    pub(crate) fn acknowledge_group(&self, count: usize) {
        let group: Vec<(u64, Completion)> = self.state().held.drain(..count).collect();
        group.into_iter().for_each(|(_, completion)| completion.complete(Ok(())));
    }

    pub(crate) fn acknowledge_all(&self) {
        let count = self.state().held.len();
        self.acknowledge_group(count);
    }
}

/// What a log says when it cannot write.
pub(crate) fn disk_is_full() -> Error {
    Error::new(ErrorKind::Io, "the disk is full")
}

impl Log for Double {
    fn append(&self, commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        let mut state = self.state();
        let mode = state.mode;
        if mode == Mode::Refuse {
            return Err(disk_is_full());
        }
        state.taken.push(commit.number);
        if mode == Mode::Hold {
            state.held.push((commit.number, completion));
            return Ok(());
        }
        drop(state);
        match mode {
            Mode::AtOnce => completion.complete(Ok(())),
            Mode::FailAtOnce => completion.complete(Err(disk_is_full())),
            Mode::Elsewhere => drop(std::thread::spawn(move || completion.complete(Ok(())))),
            Mode::Hold | Mode::Refuse | Mode::Forget => drop(completion),
        }
        Ok(())
    }
}
