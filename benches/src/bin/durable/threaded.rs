//! SQLite by hand, with what the SQLite storage does as well: a thread that writes and one that reads, each behind a channel
//! and with a connection of its own; commits that come together share a transaction; and each commit notes what it changed,
//! in the same transaction.

use std::hint::black_box;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use parking_lot::Mutex;
use rusqlite::{Connection, Result, params};

use crate::rows::User;
use crate::sql::{self, Encoded};
use crate::subject::{Outcome, Subject};

const HISTORY: &str = "
    CREATE TABLE IF NOT EXISTS commits (number INTEGER PRIMARY KEY, n_changes INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS changes (
        number INTEGER NOT NULL,
        place INTEGER NOT NULL,
        collection INTEGER NOT NULL,
        old TEXT,
        new TEXT,
        PRIMARY KEY (number, place)
    ) STRICT, WITHOUT ROWID;
";
const NEWEST: &str = "SELECT coalesce(max(number), 0) FROM commits";
const COMMIT: &str = "INSERT INTO commits (number, n_changes) VALUES (?1, ?2)";
const CHANGE: &str = "INSERT INTO changes (number, place, collection, old, new) VALUES (?1, ?2, 1, NULL, ?3)";
/// So many commits share a transaction at most.
const TOGETHER: usize = 128;

pub(crate) struct Threaded {
    writer: Worker<Commit>,
    reader: Worker<Read>,
}

/// A thread and the channel to it.
struct Worker<T> {
    jobs: Mutex<Sender<T>>,
    thread: JoinHandle<()>,
}

/// Rows that are inserted together, and whom to tell.
struct Commit {
    rows: Vec<Encoded>,
    done: SyncSender<std::result::Result<(), String>>,
}

type Read = Box<dyn FnOnce(&Connection) + Send>;

impl Threaded {
    pub(crate) fn open(directory: &Path) -> Outcome<Self> {
        let (mut writer, reader) = (sql::connect(directory)?, sql::connect(directory)?);
        writer.execute_batch(HISTORY)?;
        let newest = writer.query_row(NEWEST, [], |row| row.get(0))?;
        let writer = Worker::begin(move |commits| write(&mut writer, newest, &commits));
        let reader = Worker::begin(move |reads: Receiver<Read>| reads.iter().for_each(|read| read(&reader)));
        Ok(Self { writer, reader })
    }

    fn commit(&self, rows: Vec<Encoded>) -> Outcome<()> {
        let (done, told) = sync_channel(1);
        self.writer.give(Commit { rows, done })?;
        Ok(told.recv()??)
    }

    fn read<T: Send + 'static>(&self, work: impl FnOnce(&Connection) -> T + Send + 'static) -> Outcome<T> {
        let (done, told) = sync_channel(1);
        // Who asked waits, and so there is somebody to tell.
        self.reader.give(Box::new(move |connection| drop(done.send(work(connection)))))?;
        Ok(told.recv()?)
    }
}

impl<T: Send + 'static> Worker<T> {
    fn begin(work: impl FnOnce(Receiver<T>) + Send + 'static) -> Self {
        let (jobs, receiver) = channel();
        Self { jobs: Mutex::new(jobs), thread: thread::spawn(move || work(receiver)) }
    }

    fn give(&self, job: T) -> Outcome<()> {
        self.jobs.lock().send(job).map_err(|_| "the thread has ended".into())
    }

    fn end(self) -> Outcome<()> {
        drop(self.jobs);
        self.thread.join().map_err(|_| "the thread panicked".into())
    }
}

/// Writes until nobody is left who could ask for it.
fn write(connection: &mut Connection, mut newest: i64, commits: &Receiver<Commit>) {
    while let Ok(first) = commits.recv() {
        let mut together = vec![first];
        while together.len() < TOGETHER
            && let Ok(commit) = commits.try_recv()
        {
            together.push(commit);
        }
        match group(connection, newest, &together) {
            Ok((number, outcomes)) => {
                newest = number;
                for (commit, outcome) in together.iter().zip(outcomes) {
                    drop(commit.done.send(outcome.map_err(|error| error.to_string())));
                }
            }
            Err(error) => {
                together.iter().for_each(|commit| drop(commit.done.send(Err(error.to_string()))));
            }
        }
    }
}

/// Carries out commits in one transaction. One that is refused leaves nothing behind, and the others are made.
fn group(connection: &mut Connection, mut newest: i64, commits: &[Commit]) -> Result<(i64, Vec<Result<()>>)> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut outcomes = Vec::with_capacity(commits.len());
    for commit in commits {
        connection.prepare_cached("SAVEPOINT one")?.execute([])?;
        let outcome = one(connection, newest + 1, &commit.rows);
        if outcome.is_ok() {
            newest += 1;
        } else {
            connection.prepare_cached("ROLLBACK TO one")?.execute([])?;
        }
        connection.prepare_cached("RELEASE one")?.execute([])?;
        outcomes.push(outcome);
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok((newest, outcomes))
}

fn one(connection: &Connection, number: i64, rows: &[Encoded]) -> Result<()> {
    for row in rows {
        sql::insert(connection, row, number)?;
    }
    connection.prepare_cached(COMMIT)?.execute(params![number, rows.len() as i64])?;
    let mut change = connection.prepare_cached(CHANGE)?;
    for (place, row) in (0_i64..).zip(rows) {
        change.execute(params![number, place, row.json])?;
    }
    Ok(())
}

impl Subject for Threaded {
    fn insert(&self, users: Vec<User>) -> Outcome<()> {
        users.into_iter().try_for_each(|user| self.commit(vec![Encoded::of(user)?]))
    }

    fn insert_many(&self, users: Vec<User>) -> Outcome<()> {
        self.commit(Encoded::all(users)?)
    }

    fn get(&self, ids: &[u64]) -> Outcome<u64> {
        let mut found = 0;
        for id in ids.iter().copied() {
            found += u64::from(black_box(self.read(move |connection| sql::get(connection, id))??).is_some());
        }
        Ok(found)
    }

    fn between(&self, ages: &[u32], span: u32) -> Outcome<u64> {
        let mut found = 0;
        for age in ages.iter().copied() {
            let rows = self.read(move |connection| sql::between(connection, age, span))??;
            found += black_box(rows).len() as u64;
        }
        Ok(found)
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        self.writer.end()?;
        self.reader.end()
    }
}
