//! The thread that writes the log: it takes what has come together, writes it at once, and syncs it once.

use std::time::Duration;

use crate::env::promise::Promise;
use crate::env::sync::{Arc, Ordering};
use crate::env::{Clock, SystemClock, VfsFile};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::queue::{AHEAD, Ended, Item, Place, Shared, path};
use crate::journal::record::{End, FORMAT, Head, Reserve, write_commit};
use crate::journal::replay::Reached;
use crate::storage::{Completion, Durability};

/// What the thread has.
pub(super) struct Writer {
    place: Place,
    durability: Durability,
    shared: Arc<Shared>,
    file: Box<dyn VfsFile>,
    /// How long the file is.
    len: u64,
    /// How much of it is durable, up to which commit, and since when.
    synced: u64,
    synced_number: u64,
    synced_at: Duration,
    /// How much of it was written well.
    kept: u64,
    /// Lines that are not written yet, and whom to tell when they are.
    lines: Vec<u8>,
    waiting: Vec<Waiting>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// A write failed: nobody knows what is durable.
    Failed,
    Ended,
}

enum Waiting {
    Commit(Completion),
    Other(Arc<Promise<Result<()>>>),
}

impl Waiting {
    fn end(self, outcome: Result<()>) {
        match self {
            Self::Commit(completion) => completion.complete(outcome),
            Self::Other(promise) => promise.fulfil(outcome),
        }
    }
}

impl Writer {
    pub(super) fn begin(place: Place, durability: Durability, shared: Arc<Shared>) -> Result<Self> {
        let (file, len) = create(&place, place.file)?;
        let synced_number = place.reached.number;
        Ok(Self {
            place,
            durability,
            shared,
            file,
            len,
            synced: len,
            synced_number,
            synced_at: SystemClock.now(),
            kept: len,
            lines: Vec::new(),
            waiting: Vec::new(),
            state: State::Open,
        })
    }

    pub(super) fn run(mut self) {
        let interval = match self.durability {
            Durability::Sync => None,
            Durability::Buffered(interval) => Some(interval),
        };
        loop {
            let most = interval.filter(|_| self.state == State::Open && self.synced < self.len);
            let Some(items) = self.shared.next(most) else { break };
            // Nothing came within the interval.
            let is_late = items.is_empty();
            items.into_iter().for_each(|item| self.carry_out(item));
            self.flush(is_late || interval.is_none_or(|interval| self.is_due(interval)));
        }
        self.flush(true);
        if self.state == State::Open {
            let _ = self.end();
        }
    }

    fn carry_out(&mut self, item: Item) {
        match item {
            Item::Commit(_, completion) if self.state != State::Open => {
                completion.complete(Err(self.refusal()))
            }
            Item::Commit(commit, completion) => self.add(Waiting::Commit(completion), |writer, lines| {
                write_commit(lines, &commit, writer.synced)?;
                let done = commit.follows.map_or(0, |follows| follows.changes) + commit.changes.len() as u64;
                writer.place.reached = Reached { number: commit.number, done };
                Ok(())
            }),
            Item::Reserve(_, _, promise) if self.state != State::Open => promise.fulfil(Err(self.refusal())),
            Item::Reserve(collection, below, promise) => {
                self.add(Waiting::Other(promise), |writer, lines| {
                    let (collection, below) = (collection.to_owned(), below.to_string());
                    Reserve { collection, below, synced: writer.synced }.write(lines)
                })
            }
            Item::Sync(promise) => {
                self.flush(true);
                promise.fulfil(self.check());
            }
            Item::Turn(promise) => {
                self.flush(true);
                let turned = self.check().and_then(|()| self.turn());
                promise.fulfil(turned);
            }
            Item::End(promise) => {
                self.flush(true);
                promise.fulfil(match self.state {
                    State::Open => self.end(),
                    State::Failed => Err(self.refusal()),
                    State::Ended => Ok(()),
                });
            }
        }
    }

    /// Whether it is so long ago that something was synced, or the clock was set back, that it has to be again.
    fn is_due(&self, interval: Duration) -> bool {
        SystemClock.now().checked_sub(self.synced_at).is_none_or(|since| since >= interval)
    }

    /// Adds a line. One that cannot be made fails the log: the commit has its number already.
    fn add(&mut self, waiting: Waiting, write: impl FnOnce(&mut Self, &mut Vec<u8>) -> Result<()>) {
        let mut lines = std::mem::take(&mut self.lines);
        let written = write(self, &mut lines);
        self.lines = lines;
        match written {
            Ok(()) => self.waiting.push(waiting),
            Err(error) => {
                self.flush(true);
                self.state = State::Failed;
                waiting.end(Err(error));
            }
        }
    }

    /// Writes what was added, and syncs it where that is asked for or has become necessary.
    fn flush(&mut self, is_due: bool) {
        if self.state != State::Open {
            return;
        }
        let is_far = self.place.reached.number.saturating_sub(self.synced_number) >= AHEAD / 2;
        match self.write(is_due || is_far) {
            Ok(()) => {
                self.kept = self.len;
                self.waiting.drain(..).for_each(|waiting| waiting.end(Ok(())));
            }
            Err(error) => self.fail(error),
        }
    }

    fn write(&mut self, syncs: bool) -> Result<()> {
        if !self.lines.is_empty() {
            self.file.write_all_at(self.len, &self.lines)?;
            self.len += self.lines.len() as u64;
            self.shared.written.fetch_add(self.lines.len() as u64, Ordering::Relaxed);
            self.lines.clear();
        }
        if syncs && self.synced < self.len {
            self.file.sync_data()?;
            self.synced = self.len;
            self.synced_number = self.place.reached.number;
            self.synced_at = SystemClock.now();
        }
        Ok(())
    }

    /// Gives up. What was written of the lines is taken back, as far as that is still possible: who opens next should not
    /// find commits whose callers heard that they failed.
    fn fail(&mut self, error: Error) {
        self.state = State::Failed;
        let _ = self.file.set_len(self.kept).and_then(|()| self.file.sync_data());
        self.lines = Vec::new();
        let mut error = Some(error);
        for waiting in std::mem::take(&mut self.waiting) {
            let error = error.take().unwrap_or_else(|| self.refusal());
            waiting.end(Err(error));
        }
    }

    fn check(&self) -> Result<()> {
        if self.state == State::Open { Ok(()) } else { Err(self.refusal()) }
    }

    fn refusal(&self) -> Error {
        match self.state {
            State::Ended => Error::closed(),
            State::Open | State::Failed => Error::new(
                ErrorKind::Poisoned,
                "a commit could not be written to the log: open the store again",
            )
            .with_path(self.file.path()),
        }
    }

    /// Ends the file.
    fn end(&mut self) -> Result<()> {
        let Reached { number, done } = self.place.reached;
        let mut line = Vec::new();
        End::new(number, done, self.len).write(&mut line)?;
        let ended = self.file.write_all_at(self.len, &line).and_then(|()| self.file.sync_data());
        self.state = if ended.is_ok() { State::Ended } else { State::Failed };
        ended
    }

    /// Begins another file. The one before is ended after that, so that nothing is lost where it cannot be begun.
    fn turn(&mut self) -> Result<Ended> {
        let ended = Ended { file: self.place.file, reached: self.place.reached };
        let next = self.place.file + 1;
        let (file, len) = match create(&self.place, next) {
            Ok(created) => created,
            Err(error) => {
                // One that is there in part must not be taken for what follows on this one.
                let Place { vfs, directory, .. } = &self.place;
                let removed = vfs.remove(&path(directory, next)).and_then(|()| vfs.sync_dir(directory));
                let is_gone = removed.is_ok() || matches!(vfs.metadata(&path(directory, next)), Ok(None));
                if !is_gone {
                    self.state = State::Failed;
                }
                return Err(error);
            }
        };
        self.end()?;
        self.place.file = next;
        (self.file, self.len, self.synced, self.kept) = (file, len, len, len);
        self.shared.written.store(0, Ordering::Relaxed);
        self.state = State::Open;
        Ok(ended)
    }
}

/// Creates a file with its first line, durable.
fn create(place: &Place, number: u64) -> Result<(Box<dyn VfsFile>, u64)> {
    let Place { vfs, directory, store, epoch, reached, first, file: _ } = place;
    let mut line = Vec::new();
    let Reached { number: after, done } = *reached;
    let (store, first) = (store.clone(), after.max(*first));
    Head { format: FORMAT, store, epoch: *epoch, after, first, done }.write(&mut line)?;
    let created = vfs.create_new(&path(directory, number))?;
    created.write_all_at(0, &line)?;
    created.sync_data()?;
    vfs.sync_dir(directory)?;
    Ok((created, line.len() as u64))
}
