//! Commits that a log has not yet made durable.

use std::pin::pin;
use std::task::Poll;

use super::fixture::{BY_AGE, BY_EMAIL, Fixture, Person, index, now, plan, poll, statement};
use crate::env::Env;
use crate::env::sync::{Arc, Mutex};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::pending::{Pending, Settled};
use crate::memory::{At, MemoryStorage};
use crate::query::{Access, Range};
use crate::storage::{
    Answer, CommitRecord, Completion, Expect, Listener, Log, Origin, Snapshot, Storage, Write,
};
use crate::value::DatumRef;

/// A log that completes when it is told to.
#[derive(Default)]
struct SlowLog {
    pending: Mutex<Vec<(u64, Completion)>>,
    mode: Mutex<Mode>,
}

#[derive(Default, Clone, Copy)]
enum Mode {
    #[default]
    Later,
    AtOnce,
    Refuse,
    /// While it takes one, it ends those before it: the first well, the others not.
    EndOthers,
}

impl Log for SlowLog {
    fn append(&self, commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        assert!(
            commit
                .changes
                .iter()
                .all(|change| { change.after.as_ref().is_none_or(|row| row.version() == commit.number) })
        );
        match *self.mode.lock() {
            Mode::Later => self.pending.lock().push((commit.number, completion)),
            Mode::AtOnce => completion.complete(Ok(())),
            Mode::Refuse => return Err(Error::invalid("no")),
            Mode::EndOthers => {
                let others = std::mem::take(&mut *self.pending.lock());
                self.pending.lock().push((commit.number, completion));
                for (number, completion) in others {
                    completion.complete(if number == 1 { Ok(()) } else { Err(Error::invalid("no")) });
                }
            }
        }
        Ok(())
    }
}

impl SlowLog {
    fn end(&self, number: u64, outcome: Result<()>) {
        let place = self.pending.lock().iter().position(|(pending, _)| *pending == number).unwrap();
        let (_, completion) = self.pending.lock().remove(place);
        completion.complete(outcome);
    }
}

/// Notes of which commits it was told.
#[derive(Default)]
struct Told(Mutex<Vec<u64>>);

impl Listener for Told {
    fn committed(&self, commit: &CommitRecord) {
        self.0.lock().push(commit.number);
    }
    fn interrupted(&self) {
        self.0.lock().push(u64::MAX);
    }
}

struct Slow {
    f: Fixture,
    log: Arc<SlowLog>,
    told: Arc<Told>,
}

impl Slow {
    fn new() -> Self {
        let (log, told) = (Arc::new(SlowLog::default()), Arc::new(Told::default()));
        let storage = MemoryStorage::new().with_log(Arc::<SlowLog>::clone(&log));
        storage.attach(&Env::system(), Arc::<Told>::clone(&told));
        Self { f: Fixture::with(storage), log, told }
    }

    fn commit(&self, writes: Vec<Write>) -> Answer<'static, Result<Arc<CommitRecord>>> {
        self.f.storage.commit(statement(writes))
    }

    fn put(&self, person: Person) -> Answer<'static, Result<Arc<CommitRecord>>> {
        self.commit(vec![self.f.put(person, Expect::Anything)])
    }

    fn age(&self) -> Option<u32> {
        self.f.table().get(1, At::Latest).map(|row| row.age)
    }
}

#[test]
fn a_pending_commit_is_validated_against_and_not_seen() {
    let slow = Slow::new();
    let f = &slow.f;
    let first = slow.put(Person::new(1).email("ada").age(1));
    assert_eq!((slow.age(), f.storage.visible(), f.storage.stats().rows), (None, 0, 0));
    assert!(now(f.storage.history(0, 9)).unwrap().commits.is_empty());
    let taken = f.put(Person::new(2).email("ada"), Expect::Absent);
    let mut duplicate = pin!(slow.commit(vec![taken]));
    assert!(poll(duplicate.as_mut()).is_pending(), "the row is not there for anybody yet");
    let before = f.snapshot();
    let second = slow.commit(vec![f.put(Person::new(1).email("lovelace").age(2), Expect::Version(1))]);
    slow.log.end(1, Ok(()));
    assert_eq!((slow.age(), f.storage.visible(), f.storage.stats().rows), (Some(1), 1, 1));
    assert_eq!(now(first).unwrap().number, 1);
    assert!(matches!(poll(duplicate), Poll::Ready(Err(error)) if error.kind() == ErrorKind::Duplicate));
    let between = f.snapshot();
    slow.log.end(2, Ok(()));
    assert_eq!((slow.age(), f.storage.visible()), (Some(2), 2));
    assert_eq!(now(second).unwrap().number, 2);
    assert_eq!(*slow.told.0.lock(), [1, 2]);
    let whole = || plan(index(BY_AGE, vec![Range::whole()], false), true);
    let email = |email: &str, snapshot: &Arc<dyn Snapshot>| {
        let values = [DatumRef::Text(email)];
        f.table().get_by(BY_EMAIL, &values, At::Snapshot(snapshot.number())).map(|row| row.age)
    };
    for (snapshot, ages, emails) in [
        (before, vec![], [None, None]),
        (between, vec![1], [Some(1), None]),
        (f.snapshot(), vec![1], [None, Some(2)]),
    ] {
        assert_eq!(f.run(&snapshot, whole()).0, ages);
        assert_eq!([email("ada", &snapshot), email("lovelace", &snapshot)], emails);
    }
    assert_eq!((f.storage.stats().old_versions, f.table().n_old()), (0, 0));
}

#[test]
fn commits_become_visible_in_their_order() {
    let slow = Slow::new();
    let mut answers: Vec<_> = (1..=4).map(|age| Box::pin(slow.put(Person::new(1).age(age)))).collect();
    let mut is_there = |n: usize| matches!(poll(answers[n].as_mut()), Poll::Ready(Ok(_)));
    slow.log.end(3, Ok(()));
    slow.log.end(2, Ok(()));
    assert_eq!(slow.age(), None);
    assert!(!is_there(1) && !is_there(2));
    slow.log.end(1, Ok(()));
    assert_eq!(slow.age(), Some(3));
    assert!(is_there(0) && is_there(1) && is_there(2) && !is_there(3));
    assert_eq!(*slow.told.0.lock(), [1, 2, 3]);
    slow.log.end(4, Ok(()));
    assert_eq!((slow.age(), slow.f.table().n_old()), (Some(4), 0));
}

#[test]
fn a_caller_that_has_gone_changes_nothing() {
    let slow = Slow::new();
    drop(slow.put(Person::new(1).age(5)));
    slow.log.end(1, Ok(()));
    assert_eq!(slow.age(), Some(5));
}

#[test]
fn what_is_durable_at_once_is_visible_at_once() {
    let slow = Slow::new();
    let waiting = slow.put(Person::new(1).age(1));
    *slow.log.mode.lock() = Mode::AtOnce;
    let behind = slow.put(Person::new(1).age(2));
    assert_eq!(slow.age(), None);
    slow.log.end(1, Ok(()));
    assert_eq!((now(waiting).unwrap().number, now(behind).unwrap().number, slow.age()), (1, 2, Some(2)));
    assert!(matches!(slow.put(Person::new(1).age(3)), Answer::Ready(Ok(_))));
    assert_eq!((slow.age(), slow.f.table().n_old()), (Some(3), 0));
    assert_eq!(*slow.told.0.lock(), [1, 2, 3]);
}

#[test]
fn a_failure_fails_all_that_is_pending_and_what_comes_after() {
    let slow = Slow::new();
    let f = &slow.f;
    let done = slow.put(Person::new(1).email("ada").age(1));
    slow.log.end(1, Ok(()));
    now(done).unwrap();
    let keys = plan(Access::KeyRange { ranges: vec![Range::whole()], descending: false }, true);
    let ages = plan(index(BY_AGE, vec![Range::whole()], false), true);
    f.run(&f.snapshot(), keys.clone());
    let replaced = slow.put(Person::new(1).email("bob").age(2));
    let added = slow.commit((5..30).map(|id| f.put(Person::new(id), Expect::Absent)).collect());
    let removed = slow.commit(vec![f.remove(1, Expect::Anything)]);
    slow.log.end(3, Err(Error::invalid("the disk is full")));
    assert_eq!(now(added).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(now(replaced).unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!(now(removed).unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!(now(slow.put(Person::new(1))).unwrap_err().kind(), ErrorKind::Poisoned);
    slow.log.end(2, Ok(()));
    slow.log.end(4, Ok(()));
    let by_email = |email: &str| f.table().get_by(BY_EMAIL, &[DatumRef::Text(email)], At::Latest);
    assert_eq!((slow.age(), f.storage.visible(), f.storage.stats().rows), (Some(1), 1, 1));
    assert!(by_email("ada").is_some() && by_email("bob").is_none());
    for plan in [ages, keys, plan(Access::Scan, true)] {
        assert_eq!(f.run(&f.snapshot(), plan.clone()).0, [1]);
        assert_eq!(f.run_latest(plan).0, [1]);
    }
    assert_eq!(now(f.storage.history(0, 99)).unwrap().commits.len(), 1);
    assert_eq!(*slow.told.0.lock(), [1]);
}

#[test]
fn what_was_durable_before_a_failure_stays() {
    let slow = Slow::new();
    let first = slow.put(Person::new(1).age(1));
    let second = slow.put(Person::new(1).age(2));
    *slow.log.mode.lock() = Mode::EndOthers;
    let third = slow.put(Person::new(1).age(3));
    assert_eq!(now(first).unwrap().number, 1);
    assert_eq!(now(second).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(now(third).unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!((slow.age(), slow.f.storage.visible()), (Some(1), 1));
    assert_eq!(*slow.told.0.lock(), [1]);
}

#[test]
fn a_failure_within_a_turn_refuses_its_commit() {
    // What a committer meets who looked for a failure before there was one.
    let pending = Pending::default();
    let record = |number| Arc::new(CommitRecord::new(number, Origin::named("a"), Vec::new()));
    let first = pending.add(record(1));
    pending.added();
    pending.complete(1, Err(Error::invalid("no")));
    assert!(first.is_some() && matches!(pending.settle(|_| ()), Some(Settled::Failed(_))));
    assert!(pending.add(record(2)).is_none(), "it would make visible what has failed");
}

#[test]
fn a_log_that_forgets_has_failed() {
    let slow = Slow::new();
    let answer = slow.put(Person::new(1));
    slow.log.pending.lock().clear();
    assert_eq!(now(answer).unwrap_err().kind(), ErrorKind::Poisoned);
    assert_eq!(slow.age(), None);
}

#[test]
fn what_a_log_refuses_was_never_there() {
    let slow = Slow::new();
    let first = slow.put(Person::new(1).age(1));
    *slow.log.mode.lock() = Mode::Refuse;
    assert_eq!(now(slow.put(Person::new(1).age(2))).unwrap_err().kind(), ErrorKind::Invalid);
    *slow.log.mode.lock() = Mode::Later;
    let last = slow.put(Person::new(1).age(3));
    slow.log.end(1, Ok(()));
    assert_eq!((now(first).unwrap().number, slow.age()), (1, Some(1)));
    slow.log.end(3, Ok(()));
    let last = now(last).unwrap();
    assert_eq!((last.number, slow.age()), (3, Some(3)));
    let follows = last.follows.unwrap();
    assert_eq!((follows.number, follows.changes), (1, 1));
}

#[test]
fn what_has_seen_a_pending_commit_waits_for_it() {
    let slow = Slow::new();
    let insert = slow.put(Person::new(1).age(1));
    let remove = slow.commit(vec![slow.f.remove(1, Expect::Anything)]);
    let mut nothing = pin!(slow.commit(vec![slow.f.remove(1, Expect::Anything)]));
    slow.log.end(1, Ok(()));
    assert!(now(insert).is_ok() && poll(nothing.as_mut()).is_pending());
    slow.log.end(2, Ok(()));
    assert_eq!(now(remove).unwrap().changes.len(), 1);
    assert!(matches!(poll(nothing), Poll::Ready(Ok(record)) if record.changes.is_empty()));
}

#[test]
fn the_end_waits_for_what_is_pending() {
    let slow = Slow::new();
    let answer = slow.put(Person::new(1).age(1));
    let mut end = pin!(slow.f.storage.close());
    assert!(poll(end.as_mut()).is_pending());
    assert_eq!(now(slow.put(Person::new(2))).unwrap_err().kind(), ErrorKind::Closed);
    slow.log.end(1, Ok(()));
    assert!(now(answer).is_ok() && matches!(poll(end), Poll::Ready(Ok(()))));
    assert_eq!(*slow.told.0.lock(), [1, u64::MAX]);
}
