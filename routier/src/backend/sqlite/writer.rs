//! The queue of what is to be written. Whoever comes while it is being worked on shares the next transaction, and its sync.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, ThreadId};

use rusqlite::{Connection, ErrorCode};

use crate::backend::sqlite::commit::Turn;
use crate::backend::sqlite::database::Head;
use crate::backend::sqlite::failure::{Failure, Sql, locked};
use crate::backend::sqlite::history::{self, Entry, KEPT, commits_of, read_after};
use crate::backend::sqlite::prepare::Prepared;
use crate::backend::sqlite::shared::Shared;
use crate::backend::sqlite::{open, opening};
use crate::env::promise::Promise;
use crate::env::sync::{Arc, Ordering};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::{Answer, CommitRecord, Durability};

/// So many commits share a transaction at most.
const TOGETHER: usize = 128;

type Committed = thread::Result<Result<Arc<CommitRecord>>>;
type Job = (Prepared, Arc<Promise<Committed>>);
/// What is done alone on the connection that writes.
type Alone = Box<dyn FnOnce(&Shared, &mut Connection) + Send>;

enum Item {
    Commit(Box<Job>),
    Alone(Alone),
}

/// What is to be written, and the connection that does it, while nobody has it.
pub(super) struct Queue {
    items: VecDeque<Item>,
    connection: Option<Connection>,
    /// Who has it.
    worker: Option<ThreadId>,
}

/// What is done next.
enum Next {
    Commits(Vec<Job>),
    Alone(Alone),
}

impl Queue {
    pub(super) fn of(connection: Connection) -> Self {
        Self { items: VecDeque::new(), connection: Some(connection), worker: None }
    }

    fn next(&mut self) -> Option<Next> {
        let mut commits = Vec::new();
        while commits.len() < TOGETHER
            && let Some(item) = self.items.pop_front()
        {
            match item {
                Item::Commit(job) => commits.push(*job),
                Item::Alone(work) if commits.is_empty() => return Some(Next::Alone(work)),
                work @ Item::Alone(_) => {
                    self.items.push_front(work);
                    break;
                }
            }
        }
        (!commits.is_empty()).then_some(Next::Commits(commits))
    }
}

impl Shared {
    /// Commits a write set.
    pub(super) fn commit(self: &Arc<Self>, set: Prepared) -> Answer<'static, Result<Arc<CommitRecord>>> {
        let promise = Promise::new();
        let answer = promise.wait();
        self.push(Item::Commit(Box::new((set, promise))));
        Answer::later(async move { answer.or_panic().await })
    }

    /// Does something alone on the connection that writes, behind what came before.
    pub(super) fn alone<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &mut Connection) -> Sql<T> + Send + 'static,
    ) -> Answer<'static, Result<T>> {
        let promise: Arc<Promise<thread::Result<Result<T>>>> = Promise::new();
        let answer = promise.wait();
        self.push(Item::Alone(Box::new(move |shared, connection| {
            let done = catch_unwind(AssertUnwindSafe(|| work(shared, connection)));
            promise.fulfil(done.map(|done| done.map_err(|failure| shared.error(failure))));
        })));
        Answer::later(async move { answer.or_panic().await })
    }

    fn push(self: &Arc<Self>, item: Item) {
        let mut queue = self.queue.lock();
        queue.items.push_back(item);
        // Without a connection there somebody works on it, or will not any more.
        let Some(connection) = queue.connection.take() else { return };
        drop(queue);
        let shared = Arc::clone(self);
        blocking::unblock(move || shared.work(connection)).detach();
    }

    /// Waits until nothing is written any more, and closes the connection that writes.
    pub(super) fn end_writing(&self) {
        let mut queue = self.queue.lock();
        // Who is told of a commit while it is written may be the last to let go of the store.
        let here = Some(thread::current().id());
        while queue.connection.is_none() && queue.worker != here {
            self.idle.wait(&mut queue);
        }
        queue.connection = None;
    }

    /// Writes until there is nothing more.
    fn work(&self, mut connection: Connection) {
        self.queue.lock().worker = Some(thread::current().id());
        loop {
            let mut queue = self.queue.lock();
            let Some(next) = queue.next() else {
                queue.connection = Some(connection);
                queue.worker = None;
                self.idle.notify_all();
                return;
            };
            drop(queue);
            match next {
                Next::Alone(work) => {
                    work(self, &mut connection);
                    undo(&connection);
                }
                Next::Commits(jobs) => let_go(self.commit_all(&connection, jobs)),
            }
        }
    }

    /// Carries out commits in one transaction, and tells each what became of it. Gives back what was written.
    fn commit_all(&self, connection: &Connection, jobs: Vec<Job>) -> Vec<Prepared> {
        let (mut sets, promises): (Vec<Prepared>, Vec<_>) = jobs.into_iter().unzip();
        let outcomes = match self.group_or_undo(connection, &mut sets) {
            Ok(outcomes) => outcomes,
            Err(error) if sets.len() == 1 => vec![Ok(Err(error))],
            Err(_) => self.each_alone(connection, &mut sets),
        };
        for (promise, outcome) in promises.into_iter().zip(outcomes) {
            promise.fulfil(outcome);
        }
        sets
    }

    /// Carries each commit out in a transaction of its own: only those fail that would have failed alone.
    fn each_alone(&self, connection: &Connection, sets: &mut [Prepared]) -> Vec<Committed> {
        let mut is_locked = false;
        let one = |set: &mut Prepared| {
            if is_locked {
                // The time to wait is over for all of them.
                return Ok(Err(locked().with_path(&self.place.path)));
            }
            let outcome = self.group_or_undo(connection, std::slice::from_mut(set));
            is_locked = outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Locked);
            match outcome.map(|mut outcomes| outcomes.pop()) {
                Ok(outcome) => outcome.unwrap_or_else(|| Ok(Err(Error::bug("a commit has no outcome")))),
                Err(error) => Ok(Err(error)),
            }
        };
        sets.iter_mut().map(one).collect()
    }

    fn group_or_undo(&self, connection: &Connection, sets: &mut [Prepared]) -> Result<Vec<Committed>> {
        self.check()?;
        if self.is_behind() {
            self.sync(connection).map_err(|failure| self.error(failure))?;
        }
        self.group(connection, sets).map_err(|failure| {
            undo(connection);
            self.error(failure)
        })
    }

    fn group(&self, connection: &Connection, sets: &mut [Prepared]) -> Sql<Vec<Committed>> {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let before = self.catch_up(connection)?;
        let others = open::changed_shapes(self, connection, before)?;
        let (mut head, mut done, mut outcomes) = (before, Vec::new(), Vec::with_capacity(sets.len()));
        for set in sets.iter_mut() {
            if let Some(error) = others.as_ref().and_then(|others| others.refused(set)) {
                outcomes.push(Ok(Err(error)));
                continue;
            }
            let (outcome, bytes) = self.one(connection, &mut head, &done, set)?;
            if let Ok(Ok(record)) = &outcome
                && !record.changes.is_empty()
            {
                self.pass_identities(connection, set)?;
                done.push(Entry { commit: Arc::clone(record), bytes });
            }
            outcomes.push(outcome);
        }
        if head != before {
            history::forget(connection, &mut head, self.retain.load(Ordering::Relaxed))?;
            head.write(connection)?;
        }
        self.end(connection)?;
        self.add(done, head);
        Ok(outcomes)
    }

    /// One commit of a group, and how many bytes it has written into the history. An error is one of the whole group.
    fn one(
        &self,
        connection: &Connection,
        head: &mut Head,
        done: &[Entry],
        set: &mut Prepared,
    ) -> Sql<(Committed, usize)> {
        let forgotten = head.forgotten;
        let since = |number: u64, check: &mut dyn FnMut(&[Arc<CommitRecord>]) -> Sql<()>| -> Sql<bool> {
            let known = self.recent.lock().after(number);
            if let Some(commits) = known {
                check(&commits)?;
                let own = done.iter().map(|entry| &entry.commit).filter(|commit| commit.number > number);
                check(&own.cloned().collect::<Vec<_>>())?;
                return Ok(true);
            }
            if number < forgotten {
                return Ok(false);
            }
            let mut seen = number;
            loop {
                let (entries, more) = read_after(connection, &self.tables(), seen, KEPT)?;
                check(&commits_of(&entries))?;
                let Some(more) = more else { return Ok(true) };
                seen = more;
            }
        };
        let mut turn = Turn { connection, head: *head, since: &since, bytes: 0 };
        let outcome = catch_unwind(AssertUnwindSafe(|| turn.commit(set)));
        match outcome {
            Ok(Ok(record)) => {
                *head = turn.head;
                Ok((Ok(Ok(record)), turn.bytes))
            }
            Ok(Err(Failure::Own(error))) => Ok((Ok(Err(error)), 0)),
            // What SQLite refused may have ended the transaction.
            Ok(Err(failure)) => Err(failure),
            Err(panic) => {
                connection.execute_batch("ROLLBACK TO one; RELEASE one")?;
                Ok((Err(panic), 0))
            }
        }
    }

    /// Whether so much was committed since the log was synced that it has to be synced again.
    fn is_behind(&self) -> bool {
        matches!(self.place.durability, Durability::Buffered(_))
            && self.visible().saturating_sub(self.synced.load(Ordering::Relaxed)) > opening::AHEAD / 2
    }

    /// Syncs the log: a transaction that is synced has all before it synced.
    fn sync(&self, connection: &Connection) -> Sql<()> {
        connection.pragma_update(None, "synchronous", "FULL")?;
        let synced = || -> Sql<u64> {
            connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            let head = Head::read(connection)?;
            head.write(connection)?;
            self.end(connection)?;
            Ok(head.number)
        };
        let synced = synced();
        undo(connection);
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.synced.fetch_max(synced?, Ordering::Relaxed);
        Ok(())
    }

    /// Syncs what was committed since the last time.
    pub(super) fn sync_what_is_new(self: &Arc<Self>) {
        if self.visible() > self.synced.load(Ordering::Relaxed) {
            // Nobody waits for it; where it fails, the store is poisoned.
            drop(self.alone(|shared, connection| shared.sync(connection)));
        }
    }

    /// Ends the transaction. Where that fails nobody knows what is on the disk: nothing more is written.
    fn end(&self, connection: &Connection) -> Sql<()> {
        let ended = connection.prepare_cached("COMMIT")?.execute([]);
        if let Err(error) = ended {
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) {
                self.is_poisoned.store(true, Ordering::Release);
            }
            return Err(error.into());
        }
        Ok(())
    }
}

/// Drops rows. That is the user's code: under no lock, and where it panics, the work goes on.
pub(super) fn let_go<T>(rows: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(rows)));
}

/// Ends a transaction that was left open.
pub(super) fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = connection.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
    }
}
