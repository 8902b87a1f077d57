//! What is timed beside single reads and writes: both mixed, several writes in one transaction, and snapshots.

use crate::operation::Operation;
use crate::record::{Plan, Record};
use crate::rows::Probes;
use crate::subject::Subject;

/// Mixtures are timed in this many pieces.
const CHUNKS: usize = 100;
/// Snapshots are timed in this many.
const SNAPSHOT_CHUNKS: usize = 20;
/// As many updates are timed together: all sizes of transactions divide it.
const UPDATES: usize = 100;

/// Gets and updates by key, of which some keys come up far more often than others.
pub(crate) fn mixed<S: Subject>(record: &mut Record, subject: &S, probes: &Probes) -> Result<(), String> {
    for (operation, steps) in [(Operation::Mixed95, &probes.mixed_95), (Operation::Mixed50, &probes.mixed_50)]
    {
        let each = steps.len() / CHUNKS;
        let units = steps.len() as u64;
        let plan = Plan { passes: passes::<S>(3), chunks: CHUNKS, units, rows: units };
        record
            .time(operation, plan, |chunk| Some(subject.mixed(&steps[each * chunk..each * (chunk + 1)])))?;
    }
    Ok(())
}

/// Updates of different rows, several a commit.
pub(crate) fn transactions<S: Subject>(
    record: &mut Record,
    subject: &S,
    probes: &Probes,
) -> Result<(), String> {
    let ids = probes.in_transactions();
    for operation in [Operation::Transaction1, Operation::Transaction10, Operation::Transaction100] {
        let (chunks, units) = (ids.len() / UPDATES, ids.len() as u64);
        let plan = Plan { passes: passes::<S>(3), chunks, units, rows: units };
        record.time(operation, plan, |chunk| {
            let part = &ids[UPDATES * chunk..UPDATES * (chunk + 1)];
            subject.transactions(part, operation.writes())
        })?;
    }
    Ok(())
}

pub(crate) fn snapshots<S: Subject>(record: &mut Record, subject: &S, probes: &Probes) -> Result<(), String> {
    let times = 500;
    let all = times * SNAPSHOT_CHUNKS as u64;
    let plan = Plan { passes: passes::<S>(3), chunks: SNAPSHOT_CHUNKS, units: all, rows: all };
    record.time(Operation::Snapshot, plan, |_| subject.snapshots(times))?;

    let (each, all) = (probes.ids.len() / SNAPSHOT_CHUNKS, probes.ids.len() as u64);
    let plan = Plan { passes: passes::<S>(3), chunks: SNAPSHOT_CHUNKS, units: all, rows: all };
    record.time(Operation::SnapshotGet, plan, |chunk| {
        subject.get_in_snapshot(&probes.ids[each * chunk..each * (chunk + 1)])
    })
}

fn passes<S: Subject>(usual: usize) -> usize {
    usual.min(S::PACE.passes)
}
