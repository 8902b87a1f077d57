//! Bytes a row, and what an operation allocates.

use std::hint::black_box;

use crate::allocator;
use crate::operation::Operation;
use crate::record::{Allocations, Record, Space};
use crate::rows::{Probes, SPAN, User};
use crate::subject::Subject;

pub(crate) fn measure<S: Subject>(rows: u64, retain: Option<usize>) -> Record {
    let probes = Probes::new(rows);
    let entities: usize = (0..rows).map(|number| User::nth(number).bytes()).sum();
    allocator::count();
    let beyond = |history: Option<usize>| {
        let before = allocator::counts().live + S::bytes_elsewhere();
        let subject = S::new(history);
        for number in 0..rows {
            subject.insert(number..number + 1);
        }
        let kept = allocator::counts().live + S::bytes_elsewhere() - before;
        ((kept - entities as i64) as f64 / rows as f64, subject)
    };
    let least = S::HAS_HISTORY.then(|| beyond(Some(1)).0);
    let (row_bytes_with_history, subject) = beyond(retain);
    let row_bytes = least.unwrap_or(row_bytes_with_history);
    let space =
        Space { row_bytes, row_bytes_with_history, allocations: allocations(&subject, &probes, rows) };
    std::mem::forget(subject);
    Record { space: Some(space), ..Record::default() }
}

fn allocations<S: Subject>(subject: &S, probes: &Probes, rows: u64) -> Vec<Allocations> {
    let cursor = subject.cursor(rows - 10);
    let ids = &probes.updates[..500];
    let handles = subject.handles(&probes.updates[500..]);
    let mut handles = Some(handles);
    let found = |span: u32| probes.ages.iter().map(|age| probes.rows_between(*age..*age + span)).sum::<u64>();
    let each = |operation: Operation, units: u64, work: &mut dyn FnMut() -> Option<u64>| {
        let before = allocator::counts();
        black_box(work())?;
        let after = allocator::counts();
        Some(Allocations {
            operation: operation.name().to_owned(),
            calls: (after.calls - before.calls) as f64 / units as f64,
            bytes: (after.bytes - before.bytes) as f64 / units as f64,
        })
    };
    let tens = S::PACE.tens * 4;
    let n_steps = probes.mixed_95.len() as u64;
    let n_ids = probes.ids.len() as u64;
    let transactions = |size| subject.transactions(&probes.in_transactions()[..1_000], size);
    let n_handles = handles.as_ref().map_or(0, Vec::len) as u64;
    let all = [
        each(Operation::Get, n_ids, &mut || Some(subject.get(&probes.ids))),
        each(Operation::GetByEmail, probes.emails.len() as u64, &mut || {
            Some(subject.get_by_email(&probes.emails))
        }),
        each(Operation::Age, found(1), &mut || Some(subject.age(&probes.ages))),
        each(Operation::Ages, found(SPAN), &mut || subject.ages(&probes.ages)),
        each(Operation::AgesByKey, found(SPAN), &mut || subject.ages_by_key(&probes.ages)),
        each(Operation::FirstByAge, tens, &mut || Some(subject.first_by_age(tens))),
        each(Operation::LastPage, tens, &mut || subject.page(&cursor, tens)),
        each(Operation::Scan, rows, &mut || Some(subject.scan())),
        each(Operation::Fork, rows, &mut || subject.fork()),
        each(Operation::Modify, ids.len() as u64, &mut || Some(subject.modify(ids))),
        each(Operation::Update, n_handles, &mut || subject.update(handles.take()?)),
        each(Operation::Mixed95, n_steps, &mut || Some(subject.mixed(&probes.mixed_95))),
        each(Operation::Mixed50, n_steps, &mut || Some(subject.mixed(&probes.mixed_50))),
        each(Operation::Transaction1, 1_000, &mut || transactions(1)),
        each(Operation::Transaction10, 1_000, &mut || transactions(10)),
        each(Operation::Transaction100, 1_000, &mut || transactions(100)),
        each(Operation::Snapshot, 1_000, &mut || subject.snapshots(1_000)),
        each(Operation::SnapshotGet, n_ids, &mut || subject.get_in_snapshot(&probes.ids)),
        each(Operation::Insert, 1_000, &mut || Some(subject.insert(rows..rows + 1_000))),
        each(Operation::InsertMany, 1_000, &mut || Some(subject.insert_many(rows + 1_000..rows + 2_000))),
    ];
    all.into_iter().flatten().collect()
}
