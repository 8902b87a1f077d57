//! What nobody is faster than who has it done: a line appended to a file and synced, and an empty job that another thread
//! does while the caller waits.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;

use serde::Serialize;

use crate::executor::block_on;
use crate::measured::Measured;
use crate::subject::Outcome;

const PIECES: usize = 20;
const LINES: usize = 10;
/// About as long as the line of a commit.
const LENGTH: usize = 256;
const JOBS: usize = 500;

/// Of one round.
#[derive(Serialize)]
pub(crate) struct Floor {
    pub(crate) sync: Measured,
    /// To the pool that the SQLite storage gives its work to, and back.
    pub(crate) pool: Measured,
    /// To one thread, and back, through channels.
    pub(crate) channel: Measured,
}

impl Floor {
    pub(crate) fn measure(path: &Path) -> Outcome<Self> {
        Ok(Self { sync: sync(path)?, pool: pool()?, channel: through_channels()? })
    }
}

fn sync(path: &Path) -> Outcome<Measured> {
    let mut file = File::create(path)?;
    let line = [b'x'; LENGTH];
    Measured::of((PIECES * LINES) as u64, 0..PIECES, |_| {
        for _ in 0..LINES {
            file.write_all(&line)?;
            file.sync_data()?;
        }
        Ok(())
    })
}

fn pool() -> Outcome<Measured> {
    Measured::of((PIECES * JOBS) as u64, 0..PIECES, |_| {
        block_on(async {
            for _ in 0..JOBS {
                blocking::unblock(|| ()).await;
            }
        });
        Ok(())
    })
}

fn through_channels() -> Outcome<Measured> {
    let (jobs, receiver) = channel::<SyncSender<()>>();
    let worker = thread::spawn(move || {
        // Who has gone need not be told.
        receiver.iter().for_each(|done| done.send(()).unwrap_or_default());
    });
    let measured = Measured::of((PIECES * JOBS) as u64, 0..PIECES, |_| {
        for _ in 0..JOBS {
            let (done, told) = sync_channel(1);
            jobs.send(done)?;
            told.recv()?;
        }
        Ok(())
    });
    drop(jobs);
    worker.join().map_err(|_| "the thread panicked")?;
    measured
}
