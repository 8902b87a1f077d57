//! What reads lose while another thread commits without pause.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::operation::Operation;
use crate::record::{Beside, Record};
use crate::rows::Probes;
use crate::subject::Subject;

/// How long each is measured.
const TIME: Duration = Duration::from_millis(150);

pub(crate) fn measure<S: Subject>(rows: u64, retain: Option<usize>) -> Record {
    let probes = Probes::new(rows);
    let (subject, other) = (filled::<S>(rows, retain), filled::<S>(rows, retain));
    let mut record = Record::default();
    for operation in [Operation::Get, Operation::GetByEmail, Operation::FirstByAge] {
        let read = |place: usize| {
            let chunk = place * 50 % probes.ids.len();
            match operation {
                Operation::GetByEmail => subject.get_by_email(&probes.emails[chunk..chunk + 50]),
                Operation::FirstByAge => subject.first_by_age(50) / 10,
                _ => subject.get(&probes.ids[chunk..chunk + 50]),
            }
        };
        let (alone, _) = reads(read, None::<&S>, &probes);
        let (beside, commits) = reads(read, Some(&subject), &probes);
        let (elsewhere, _) = reads(read, Some(&other), &probes);
        record.beside.push(Beside {
            operation: operation.name().to_owned(),
            alone,
            beside,
            elsewhere,
            commits,
        });
    }
    std::mem::forget((subject, other));
    record
}

fn filled<S: Subject>(rows: u64, retain: Option<usize>) -> S {
    let subject = S::new(retain);
    for first in (0..rows).step_by(1_000) {
        subject.insert_many(first..first + 1_000);
    }
    subject
}

/// Nanoseconds a read, and commits a second, while `written` is written to.
fn reads<S: Subject>(read: impl Fn(usize) -> u64, written: Option<&S>, probes: &Probes) -> (f64, f64) {
    let (stop, commits) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        if let Some(written) = written {
            scope.spawn(|| {
                for ids in probes.updates.chunks(20).cycle() {
                    if stop.load(Relaxed) {
                        break;
                    }
                    commits.fetch_add(written.modify(ids), Relaxed);
                }
            });
            while commits.load(Relaxed) == 0 {
                thread::yield_now();
            }
        }
        let (begin, before) = (Instant::now(), commits.load(Relaxed));
        let (mut done, mut place) = (0, 0);
        while begin.elapsed() < TIME {
            done += black_box(read(place));
            place += 1;
        }
        let (time, after) = (begin.elapsed(), commits.load(Relaxed));
        stop.store(true, Relaxed);
        (time.as_nanos() as f64 / done as f64, (after - before) as f64 / time.as_secs_f64())
    })
}
