//! A connection that reads at one state of the database.

use std::time::Duration;

use rusqlite::Connection;

use crate::backend::sqlite::database::Head;
use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::shared::Shared;
use crate::backend::sqlite::table::Table;
use crate::backend::sqlite::writer::undo;
use crate::env::sync::{Arc, Mutex, OnceLock};
use crate::error::{Error, ErrorKind, Result};

/// A connection that reads at one state of the database, from its first use to its end.
pub(super) struct Session {
    shared: Arc<Shared>,
    state: Mutex<State>,
    /// What it sees, where it was pinned.
    seen: OnceLock<Head>,
}

enum State {
    /// Not used yet.
    New,
    Reading {
        connection: Connection,
        since: Duration,
    },
    Expired,
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>) -> Arc<Self> {
        let session = Arc::new(Self {
            state: Mutex::new(State::New),
            seen: OnceLock::new(),
            shared: Arc::clone(&shared),
        });
        shared.enter(&session);
        session
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Begins to read now, and gives the number of the newest commit that is seen.
    pub(super) fn pin(&self) -> Result<u64> {
        let head = self.with(|connection| self.shared.catch_up(connection))?;
        Ok(self.seen.get_or_init(|| head).number)
    }

    /// Whether the table of a collection is there in this state: one that was made later is empty.
    ///
    /// # Errors
    ///
    /// `SnapshotExpired` where it has another shape there.
    pub(super) fn has(&self, table: &Table) -> Result<bool> {
        let Some(head) = self.seen.get() else { return Ok(true) };
        if head.shapes < table.fits_since {
            let why = "it has been given another shape since the snapshot was taken: take a new one";
            let expired = Error::new(ErrorKind::SnapshotExpired, why);
            return Err(expired.with_collection(table.descriptor.collection));
        }
        Ok(table.since <= head.shapes)
    }

    pub(super) fn number(&self) -> Option<u64> {
        self.seen.get().map(|head| head.number)
    }

    /// Reads. It waits for whoever reads at the same state.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Connection) -> Sql<T>) -> Result<T> {
        self.end_where_old();
        let mut state = self.state.lock();
        if matches!(*state, State::New) {
            let connection = self.shared.reader()?;
            let begun = connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([]));
            begun.map_err(|error| self.shared.error(error.into()))?;
            *state = State::Reading { connection, since: self.shared.now() };
        }
        match &*state {
            State::Reading { connection, .. } => {
                work(connection).map_err(|failure| self.shared.error(failure))
            }
            State::New | State::Expired => Err(Error::new(ErrorKind::SnapshotExpired, "")),
        }
    }

    /// Ends it where it is too old, and nobody is reading just now.
    pub(super) fn end_where_old(&self) {
        let Some(mut state) = self.state.try_lock() else { return };
        let now = self.shared.now();
        if matches!(*state, State::Reading { since, .. } if now.saturating_sub(since) > self.shared.max_age) {
            let ended = std::mem::replace(&mut *state, State::Expired);
            drop(state);
            self.end(ended);
        }
    }

    fn end(&self, state: State) {
        if let State::Reading { connection, .. } = state {
            undo(&connection);
            self.shared.give_back(connection);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let state = std::mem::replace(self.state.get_mut(), State::Expired);
        self.end(state);
    }
}
