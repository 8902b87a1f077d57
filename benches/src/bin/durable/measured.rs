//! One operation of one subject in one round: how long it took, and what it took of the machine.

use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use serde::Serialize;

use crate::subject::Outcome;

#[derive(Serialize)]
pub(crate) struct Measured {
    /// How many operations, or rows, all pieces have together.
    pub(crate) units: u64,
    /// The nanoseconds of each piece.
    pub(crate) pieces: Vec<u64>,
    /// The nanoseconds of processors that all threads of the process used meanwhile.
    pub(crate) processor: u64,
    /// How often a thread waited meanwhile: for another one, or for the disk.
    pub(crate) waits: u64,
}

impl Measured {
    /// Does a piece of work with each input. What makes the inputs is not in the time.
    pub(crate) fn of<T>(
        units: u64,
        inputs: impl Iterator<Item = T>,
        mut work: impl FnMut(T) -> Outcome<()>,
    ) -> Outcome<Self> {
        let mut measured = Self { units, pieces: Vec::new(), processor: 0, waits: 0 };
        for input in inputs {
            let before = getrusage(UsageWho::RUSAGE_SELF)?;
            let begin = Instant::now();
            work(input)?;
            measured.pieces.push(begin.elapsed().as_nanos() as u64);
            let after = getrusage(UsageWho::RUSAGE_SELF)?;
            measured.processor += processor(&after) - processor(&before);
            measured.waits +=
                (after.voluntary_context_switches() - before.voluntary_context_switches()) as u64;
        }
        Ok(measured)
    }
}

fn processor(usage: &Usage) -> u64 {
    let time = [usage.user_time(), usage.system_time()];
    time.iter().map(|time| time.tv_sec() as u64 * 1_000_000_000 + time.tv_usec() as u64 * 1_000).sum()
}
