//! Looking what other processes commit.

use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::shared::Shared;
use crate::env::sync::{Arc, Condvar, Mutex, Weak};
use crate::error::{Error, Result};
use crate::storage::Durability;

/// The thread that looks.
pub(super) struct Watch {
    stop: Arc<Stop>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Stop {
    is_over: Mutex<bool>,
    wake: Condvar,
}

impl Watch {
    /// Begins to look, so often.
    pub(super) fn begin(shared: &Arc<Shared>, every: Duration) -> Result<Self> {
        let stop = Arc::new(Stop::default());
        let connection = shared.place.connect()?;
        let (theirs, weak) = (Arc::clone(&stop), Arc::downgrade(shared));
        let thread = std::thread::Builder::new()
            .name("routier-sqlite".to_owned())
            .spawn(move || watch(&weak, connection, &theirs, every))
            .map_err(|error| Error::io("watched by a thread", &shared.place.path, error))?;
        Ok(Self { stop, thread: Mutex::new(Some(thread)) })
    }

    /// Ends it, and waits for that.
    pub(super) fn end(&self) {
        *self.stop.is_over.lock() = true;
        self.stop.wake.notify_all();
        // Who is told of a commit by the thread may be the last to let go of the store.
        let here = std::thread::current().id();
        if let Some(thread) = self.thread.lock().take().filter(|thread| thread.thread().id() != here) {
            let _ = thread.join();
        }
    }
}

fn watch(shared: &Weak<Shared>, mut connection: Connection, stop: &Stop, every: Duration) {
    let mut seen = None;
    let mut since_sync = Duration::ZERO;
    loop {
        let mut is_over = stop.is_over.lock();
        if !*is_over {
            stop.wake.wait_for(&mut is_over, every);
        }
        if *is_over {
            return;
        }
        drop(is_over);
        let Some(shared) = shared.upgrade() else { return };
        shared.end_old();
        // What cannot be read now is looked at again.
        let Ok(version) = data_version(&connection) else { continue };
        if seen.replace(version) != Some(version) {
            let _ = shared.look(&mut connection);
        }
        if let Durability::Buffered(interval) = shared.place.durability {
            since_sync += every;
            if since_sync >= interval {
                shared.sync_what_is_new();
                since_sync = Duration::ZERO;
            }
        }
    }
}

/// Another number when another connection has committed.
fn data_version(connection: &Connection) -> Sql<i64> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
