//! One round of one subject, in a directory that nobody has used.

use std::path::Path;
use std::thread;

use crate::kind::Kind;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::options::Options;
use crate::results::Results;
use crate::rows::{Probes, SPAN, User, id_of};
use crate::subject::{Outcome, Subject};

/// Rows a commit of many.
const BATCH: u64 = 1_000;
/// How many commit at once.
const TASKS: u64 = 8;
/// Pieces of what is read, and of what is inserted one by one; and of what is inserted by several.
const PIECES: usize = 20;
const PIECES_TOGETHER: u64 = 10;
/// How many rows are got by key, and how many ranges are read.
const GETS: usize = 10_000;
const RANGES: usize = 200;
/// How often all reads are made in a round: they are fast where nothing is synced.
const PASSES: usize = 3;

pub(crate) fn run(
    options: &Options,
    probes: &Probes,
    kind: Kind,
    directory: &Path,
    results: &mut Results,
) -> Outcome<()> {
    let Options { rows, commits, .. } = *options;
    let mut subject = kind.open(directory)?;
    let batches = (0..rows / BATCH).map(|batch| users(batch * BATCH, BATCH));
    let filled = Measured::of(rows, batches, |users| subject.insert_many(users))?;
    results.add(kind, Operation::InsertMany, filled);
    if kind.is_durable() {
        subject.close()?;
        let (opened, measured) = open(kind, directory)?;
        results.add(kind, Operation::Reopen, measured);
        subject = opened;
    }
    for _ in 0..PASSES {
        results.add(kind, Operation::Get, get(&*subject, probes)?);
        results.add(kind, Operation::Between, between(&*subject, probes, rows)?);
    }
    let each = commits / PIECES as u64;
    let singles = (0..PIECES as u64).map(|piece| users(rows + piece * each, each));
    let single = Measured::of(commits, singles, |users| subject.insert(users))?;
    results.add(kind, Operation::Insert, single);
    results.add(kind, Operation::Together, together(&*subject, rows + commits, commits)?);
    subject.close()?;
    if kind.is_durable() {
        let (subject, _) = open(kind, directory)?;
        check(&*subject, rows + 2 * commits)?;
        subject.close()?;
    }
    Ok(())
}

fn users(first: u64, count: u64) -> Vec<User> {
    (first..first + count).map(User::nth).collect()
}

fn open(kind: Kind, directory: &Path) -> Outcome<(Box<dyn Subject>, Measured)> {
    let mut opened = None;
    let measured = Measured::of(1, [id_of(0)].into_iter(), |id| {
        let subject = kind.open(directory)?;
        expect(subject.get(&[id])?, 1)?;
        opened = Some(subject);
        Ok(())
    })?;
    Ok((opened.ok_or("nothing was opened")?, measured))
}

fn get(subject: &dyn Subject, probes: &Probes) -> Outcome<Measured> {
    let ids = &probes.ids[..GETS];
    Measured::of(GETS as u64, ids.chunks(GETS / PIECES), |ids| expect(subject.get(ids)?, ids.len() as u64))
}

/// Ranges of about 100 rows, as far as there are enough.
fn between(subject: &dyn Subject, probes: &Probes, rows: u64) -> Outcome<Measured> {
    let span = (100_000 / rows).clamp(1, u64::from(SPAN)) as u32;
    let ages = &probes.ages[..RANGES];
    let counted = |ages: &[u32]| ages.iter().map(|age| probes.rows_between(*age..*age + span)).sum::<u64>();
    Measured::of(counted(ages), ages.chunks(RANGES / PIECES), |ages| {
        expect(subject.between(ages, span)?, counted(ages))
    })
}

/// Eight threads insert one a commit, none waiting for another.
fn together(subject: &dyn Subject, first: u64, commits: u64) -> Outcome<Measured> {
    let each = commits / PIECES_TOGETHER / TASKS;
    let of_task = |piece: u64, task: u64| users(first + (piece * TASKS + task) * each, each);
    let pieces = (0..PIECES_TOGETHER).map(|piece| (0..TASKS).map(|task| of_task(piece, task)).collect());
    Measured::of(commits, pieces, |tasks: Vec<Vec<User>>| {
        thread::scope(|scope| {
            let tasks: Vec<_> =
                tasks.into_iter().map(|users| scope.spawn(move || subject.insert(users))).collect();
            tasks.into_iter().try_for_each(|task| task.join().map_err(|_| "a task panicked")?)
        })
    })
}

/// All that was acknowledged is there, after the subject was closed.
fn check(subject: &dyn Subject, rows: u64) -> Outcome<()> {
    let ids: Vec<u64> = (0..rows).map(id_of).collect();
    expect(subject.get(&ids)?, rows)
}

fn expect(found: u64, expected: u64) -> Outcome<()> {
    if found == expected { Ok(()) } else { Err(format!("{found} rows in place of {expected}").into()) }
}
