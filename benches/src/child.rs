//! One process: one variant, one part of the measurements, as JSON on the standard output.

use std::hint::black_box;
use std::ops::Range;
use std::sync::RwLock;
use std::time::{Duration, Instant};

use crate::hand::{Hand, Maps};
use crate::hand_async::HandAsync;
use crate::operation::Operation;
use crate::options::{Child, Options, Phase, Variant};
use crate::ours::Ours;
#[cfg(feature = "peers")]
use crate::peers::{MultiIndex, NativeDb, Sqlite};
use crate::record::{Plan, Record};
use crate::rows::{Probes, SPAN};
use crate::subject::Subject;
use crate::{beside, live, mixture, space};

/// Reads are timed in this many pieces, and the least of each piece counts: see `README.md`.
const CHUNKS: usize = 20;
/// Writes are slower, so their pieces are smaller.
const WRITE_CHUNKS: usize = 200;

pub(crate) fn run(options: &Options, child: Child) -> Result<(), String> {
    match child.variant {
        Variant::Hand => measure::<Hand<RwLock<Maps>>>(options, child),
        Variant::HandParkingLot => measure::<Hand<parking_lot::RwLock<Maps>>>(options, child),
        Variant::HandAsync => measure::<HandAsync>(options, child),
        Variant::Ours => measure::<Ours>(options, child),
        #[cfg(feature = "peers")]
        Variant::Sqlite => measure::<Sqlite>(options, child),
        #[cfg(feature = "peers")]
        Variant::NativeDb => measure::<NativeDb>(options, child),
        #[cfg(feature = "peers")]
        Variant::MultiIndexMap => measure::<MultiIndex>(options, child),
    }
}

fn measure<S: Subject>(options: &Options, child: Child) -> Result<(), String> {
    let (rows, retain) = (child.rows, options.retain);
    let record = match child.phase {
        Phase::Rows => rows_phase::<S>(rows, retain)?,
        Phase::Batches => batches_phase::<S>(rows, retain)?,
        Phase::Space => space::measure::<S>(rows, retain),
        Phase::Beside => beside::measure::<S>(rows, retain),
        Phase::Live => live::measure(rows, retain)?,
        Phase::Profile(operation) => return profile::<S>(options, rows, operation),
    };
    println!("{}", serde_json::to_string(&record).map_err(|error| error.to_string())?);
    Ok(())
}

fn rows_phase<S: Subject>(rows: u64, retain: Option<usize>) -> Result<Record, String> {
    let mut record = Record::default();
    let subject = S::new(retain);
    let insert = Plan { passes: 1, chunks: WRITE_CHUNKS, units: rows, rows };
    record.time(Operation::Insert, insert, |chunk| Some(subject.insert(share(rows, chunk))))?;
    check(&subject, rows)?;
    reads(&mut record, &subject, rows)?;
    updates(&mut record, &subject, rows)?;
    let probes = Probes::new(rows);
    mixture::mixed(&mut record, &subject, &probes)?;
    mixture::transactions(&mut record, &subject, &probes)?;
    mixture::snapshots(&mut record, &subject, &probes)?;
    // What it takes to drop all of it is nobody's question.
    std::mem::forget(subject);
    Ok(record)
}

fn batches_phase<S: Subject>(rows: u64, retain: Option<usize>) -> Result<Record, String> {
    let mut record = Record::default();
    let subject = S::new(retain);
    let plan = Plan { passes: 1, chunks: (rows / 1_000) as usize, units: rows, rows };
    record.time(Operation::InsertMany, plan, |chunk| {
        let first = chunk as u64 * 1_000;
        Some(subject.insert_many(first..first + 1_000))
    })?;
    check(&subject, rows)?;
    std::mem::forget(subject);
    Ok(record)
}

fn reads<S: Subject>(record: &mut Record, subject: &S, rows: u64) -> Result<(), String> {
    let probes = Probes::new(rows);
    let passes = |usual: usize| usual.min(S::PACE.passes);
    let plan = |usual: usize, rows: u64| Plan { passes: passes(usual), chunks: CHUNKS, units: rows, rows };

    let count = probes.ids.len() as u64;
    record
        .time(Operation::Get, plan(5, count), |chunk| Some(subject.get(slice(&probes.ids, CHUNKS, chunk))))?;
    record.time(Operation::GetByEmail, plan(5, count), |chunk| {
        Some(subject.get_by_email(slice(&probes.emails, CHUNKS, chunk)))
    })?;

    let counted = |span: u32| probes.ages.iter().map(|age| probes.rows_between(*age..*age + span)).sum();
    record.time(Operation::Age, plan(3, counted(1)), |chunk| {
        Some(subject.age(slice(&probes.ages, CHUNKS, chunk)))
    })?;
    record.time(Operation::Ages, plan(3, counted(SPAN)), |chunk| {
        subject.ages(slice(&probes.ages, CHUNKS, chunk))
    })?;
    record.time(Operation::AgesByKey, plan(3, counted(SPAN)), |chunk| {
        subject.ages_by_key(slice(&probes.ages, CHUNKS, chunk))
    })?;

    let times = S::PACE.tens;
    let tens = |times: u64| Plan {
        passes: passes(3),
        chunks: CHUNKS,
        units: times * CHUNKS as u64,
        rows: 10 * times * CHUNKS as u64,
    };
    record.time(Operation::FirstByAge, tens(times), |_| Some(subject.first_by_age(times)))?;
    let cursor = subject.cursor(rows - 10);
    record.time(Operation::LastPage, tens(times), |_| subject.page(&cursor, times))?;

    let scans = 3;
    let scan = Plan {
        passes: passes(2),
        chunks: scans,
        units: rows * scans as u64,
        rows: probes.in_city * scans as u64,
    };
    record.time(Operation::Scan, scan, |_| Some(subject.scan()))?;
    record.time(Operation::Fork, Plan { passes: passes(2), chunks: 1, units: rows, rows }, |_| subject.fork())
}

fn updates<S: Subject>(record: &mut Record, subject: &S, rows: u64) -> Result<(), String> {
    let probes = Probes::new(rows);
    let (by_key, by_handle) = probes.updates.split_at(probes.updates.len() / 2);
    let chunks = WRITE_CHUNKS / 2;
    let passes = |usual: usize| usual.min(S::PACE.passes);
    let plan = |usual: usize, ids: &[u64]| Plan {
        passes: passes(usual),
        chunks,
        units: ids.len() as u64,
        rows: ids.len() as u64,
    };
    record.time(Operation::Modify, plan(2, by_key), |chunk| {
        Some(subject.modify(slice(by_key, chunks, chunk)))
    })?;
    let mut handles: Vec<_> =
        (0..chunks).map(|chunk| Some(subject.handles(slice(by_handle, chunks, chunk)))).collect();
    record.time(Operation::Update, plan(1, by_handle), |chunk| {
        subject.update(handles.get_mut(chunk).and_then(Option::take)?)
    })
}

/// Whether rows are what they should be, by key and by email.
fn check<S: Subject>(subject: &S, rows: u64) -> Result<(), String> {
    let wrong = (0..rows).step_by(997).chain([rows - 1]).find(|number| !subject.holds(*number));
    match wrong {
        Some(number) => Err(format!("row {number} is not what was inserted")),
        None if subject.holds(rows) => Err("there is a row that nobody inserted".to_owned()),
        None => Ok(()),
    }
}

/// The numbers of a chunk's rows.
fn share(rows: u64, chunk: usize) -> Range<u64> {
    let each = rows / WRITE_CHUNKS as u64;
    let first = each * chunk as u64;
    first..first + each
}

/// A chunk's part.
fn slice<T>(all: &[T], chunks: usize, chunk: usize) -> &[T] {
    let each = all.len() / chunks;
    &all[each * chunk..each * (chunk + 1)]
}

/// Repeats one operation, for ten seconds if it is not said how often, and prints how many there were.
fn profile<S: Subject>(options: &Options, rows: u64, operation: Operation) -> Result<(), String> {
    let retain = options.retain;
    let subject = S::new(retain);
    // The inserts are counted from the first row on.
    let is_insert = matches!(operation, Operation::Insert | Operation::InsertMany);
    if is_insert {
        subject.insert(0..rows);
    } else {
        fill(&subject, rows, false);
    }
    let probes = Probes::new(rows);
    let cursor = subject.cursor(rows - 10);
    let (begin, mut passes, mut units) = (Instant::now(), 0, 0);
    let is_over = |passes: u64| match options.passes {
        Some(wanted) => passes >= wanted,
        None => begin.elapsed() >= Duration::from_secs(10),
    };
    while !is_over(passes) {
        let done = black_box(match operation {
            Operation::Insert | Operation::InsertMany => {
                let fresh = S::new(retain);
                fill(&fresh, rows, operation == Operation::InsertMany);
                Some(rows)
            }
            _ => pass(&subject, &probes, &cursor, operation),
        });
        let Some(done) = done else { break };
        units += match operation {
            Operation::FirstByAge | Operation::LastPage => done / 10,
            Operation::Scan => rows,
            _ => done,
        };
        passes += 1;
    }
    let (variant, title) = (std::any::type_name::<S>(), operation.title());
    eprintln!("{variant}: {passes} passes of `{title}` in {:.1} s", begin.elapsed().as_secs_f64());
    println!("{units}");
    std::mem::forget(subject);
    Ok(())
}

/// Inserts all rows, one or a thousand a commit. A function of its own, so that a profiler can tell it apart.
#[inline(never)]
fn fill<S: Subject>(subject: &S, rows: u64, many: bool) {
    for first in (0..rows).step_by(1_000) {
        let numbers = first..first + 1_000;
        if many {
            subject.insert_many(numbers)
        } else {
            subject.insert(numbers)
        };
    }
}

/// Does what an operation is about a few thousand times. A function of its own, so that a profiler can tell it apart.
#[inline(never)]
fn pass<S: Subject>(subject: &S, probes: &Probes, cursor: &S::Cursor, operation: Operation) -> Option<u64> {
    let tens = S::PACE.tens * 4;
    match operation {
        Operation::Insert | Operation::InsertMany => None,
        Operation::Get => Some(subject.get(&probes.ids)),
        Operation::GetByEmail => Some(subject.get_by_email(&probes.emails)),
        Operation::Age => Some(subject.age(&probes.ages)),
        Operation::Ages => subject.ages(&probes.ages),
        Operation::AgesByKey => subject.ages_by_key(&probes.ages),
        Operation::FirstByAge => Some(subject.first_by_age(tens)),
        Operation::LastPage => subject.page(cursor, tens),
        Operation::Modify => Some(subject.modify(&probes.updates)),
        Operation::Update => subject.update(subject.handles(&probes.updates)),
        Operation::Mixed95 => Some(subject.mixed(&probes.mixed_95)),
        Operation::Mixed50 => Some(subject.mixed(&probes.mixed_50)),
        Operation::Transaction1 | Operation::Transaction10 | Operation::Transaction100 => {
            subject.transactions(probes.in_transactions(), operation.writes())
        }
        Operation::Scan => Some(subject.scan()),
        Operation::Fork => subject.fork(),
        Operation::Snapshot => subject.snapshots(1_000),
        Operation::SnapshotGet => subject.get_in_snapshot(&probes.ids),
    }
}
