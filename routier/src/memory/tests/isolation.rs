//! What transactions may and may not see of each other.

use std::ops::Bound;

use super::fixture::{AGE, Fixture, Person, ascending, now, position};
use crate::env::sync::Arc;
use crate::error::{ConflictCause, Error, ErrorKind, Result};
use crate::memory::{At, MemoryStorage};
use crate::query::{Position, Predicate, Query, Terms};
use crate::storage::{
    CommitRecord, Expect, FilterRead, Isolation, KeyRead, Origin, Reads, Snapshot, Storage, Write, WriteSet,
};
use crate::value::Datum;

/// A transaction as the store would keep it.
struct Tx<'a> {
    f: &'a Fixture,
    snapshot: Arc<dyn Snapshot>,
    isolation: Isolation,
    reads: Reads,
    writes: Vec<Write>,
}

impl<'a> Tx<'a> {
    fn begin(f: &'a Fixture, isolation: Isolation) -> Self {
        Self { f, snapshot: f.snapshot(), isolation, reads: Reads::default(), writes: Vec::new() }
    }

    fn get(&mut self, id: u64) -> Option<u32> {
        let row = self.f.table().get(id, At::Snapshot(self.snapshot.number()));
        let version = row.as_ref().map(|row| row.version());
        self.reads.keys.push(KeyRead {
            collection: self.f.people,
            key: Box::new([Datum::UInt(id)]),
            version,
        });
        row.map(|row| row.age)
    }

    fn reads_ages(&mut self, low: u64, high: u64) {
        let (low, high) = (Bound::Included(Datum::UInt(low)), Bound::Included(Datum::UInt(high)));
        let query = Query { filter: Predicate::Within { field: AGE, low, high }, ..Query::default() };
        self.reads.filters.push(FilterRead::of(self.f.people, &query, None));
    }

    fn put(&mut self, id: u64, age: u32) {
        self.writes.push(self.f.put(Person::new(id).age(age), Expect::Anything));
    }

    fn write(&mut self, write: Write) {
        self.writes.push(write);
    }

    fn commit(self) -> Result<Arc<CommitRecord>> {
        let mut set = WriteSet::statement(Origin::named("test"), self.writes);
        set.snapshot = self.snapshot.number();
        set.isolation = self.isolation;
        set.reads = self.reads;
        now(self.f.storage.commit(set))
    }
}

fn two_rows() -> Fixture {
    let f = Fixture::new();
    f.insert(Person::new(1).age(10));
    f.insert(Person::new(2).age(20));
    f
}

fn assert_read_conflict(error: &Error) {
    assert_eq!((error.kind(), error.cause()), (ErrorKind::Conflict, Some(&ConflictCause::Read)));
    assert!(error.is_retryable());
}

#[test]
fn write_skew_is_refused_where_serializable_was_asked_for() {
    for (isolation, is_refused) in [(Isolation::Serializable, true), (Isolation::Snapshot, false)] {
        let f = two_rows();
        let mut one = Tx::begin(&f, isolation);
        let mut other = Tx::begin(&f, isolation);
        for tx in [&mut one, &mut other] {
            assert_eq!((tx.get(1), tx.get(2)), (Some(10), Some(20)));
        }
        one.put(1, 11);
        other.put(2, 21);
        one.commit().unwrap();
        match other.commit() {
            Ok(_) => assert!(!is_refused),
            Err(error) => {
                assert!(is_refused);
                assert_read_conflict(&error);
            }
        }
    }
}

#[test]
fn a_phantom_is_a_conflict_and_what_lies_elsewhere_is_none() {
    let f = two_rows();
    let mut one = Tx::begin(&f, Isolation::Serializable);
    let mut other = Tx::begin(&f, Isolation::Serializable);
    let mut third = Tx::begin(&f, Isolation::Serializable);
    one.reads_ages(30, 39);
    other.reads_ages(30, 39);
    third.reads_ages(40, 49);
    one.put(3, 33);
    other.put(4, 34);
    third.put(5, 35);
    one.commit().unwrap();
    assert_read_conflict(&other.commit().unwrap_err());
    third.commit().unwrap();
    // A row that leaves the range changes what was read as well.
    let mut reader = Tx::begin(&f, Isolation::Serializable);
    reader.reads_ages(30, 39);
    reader.put(6, 60);
    f.upsert(Person::new(3).age(90));
    assert_read_conflict(&reader.commit().unwrap_err());
}

#[test]
fn rows_behind_a_limit_were_not_read() {
    for (age, is_refused) in [(5, true), (10, true), (15, false)] {
        let f = two_rows();
        let mut tx = Tx::begin(&f, Isolation::Serializable);
        let query = Query { order: Terms::one(ascending(AGE)), ..Query::default() };
        let last = Some(Position::clone(&position(&[Datum::UInt(10)], 5)));
        tx.reads.filters.push(FilterRead::of(f.people, &query, last));
        tx.put(9, 9);
        f.insert(Person::new(4).age(age));
        assert_eq!(tx.commit().is_err(), is_refused, "{age}");
    }
}

#[test]
fn a_key_that_was_read_must_be_as_it_was() {
    let changes: [fn(&Fixture); 4] = [
        |f| {
            f.upsert(Person::new(1).age(99));
        },
        |f| {
            f.delete(1);
        },
        |f| {
            f.delete(1);
            f.insert(Person::new(1).age(10));
        },
        |f| {
            f.insert(Person::new(7));
        },
    ];
    for change in changes {
        let f = two_rows();
        let mut tx = Tx::begin(&f, Isolation::Serializable);
        tx.get(1);
        assert_eq!(tx.get(7), None);
        tx.put(2, 22);
        change(&f);
        assert_read_conflict(&tx.commit().unwrap_err());
    }
    let f = two_rows();
    let mut tx = Tx::begin(&f, Isolation::Serializable);
    tx.get(1);
    tx.put(1, 12);
    f.upsert(Person::new(2).age(99));
    tx.commit().unwrap();
}

#[test]
fn who_only_reads_never_fails() {
    let f = two_rows();
    let mut tx = Tx::begin(&f, Isolation::Serializable);
    tx.get(1);
    tx.reads_ages(0, 99);
    f.upsert(Person::new(1).age(99));
    assert!(tx.commit().unwrap().changes.is_empty());
}

#[test]
fn the_first_to_commit_wins_under_snapshot_isolation() {
    let f = two_rows();
    let mut stale = Tx::begin(&f, Isolation::Snapshot);
    let mut gone = Tx::begin(&f, Isolation::Snapshot);
    let mut blind = Tx::begin(&f, Isolation::Serializable);
    stale.put(1, 12);
    gone.write(f.remove(2, Expect::Anything));
    blind.put(1, 13);
    f.upsert(Person::new(1).age(11));
    f.delete(2);
    let cause = |id: u64, expected, actual| ConflictCause::Version { key: id.to_string(), expected, actual };
    let error = stale.commit().unwrap_err();
    assert_eq!((error.cause(), error.is_retryable()), (Some(&cause(1, 1, Some(3))), true));
    let error = gone.commit().unwrap_err();
    assert_eq!((error.cause(), error.is_retryable()), (Some(&cause(2, 2, None)), true));
    blind.commit().unwrap();
}

#[test]
fn what_came_after_the_snapshot_is_worth_another_run() {
    let f = two_rows();
    let email = |id, email| Person::new(id).email(email);
    f.insert(email(3, "there"));
    f.upsert(Person::new(1).age(11));
    let attempt = |write: Write, between: &dyn Fn()| {
        let mut tx = Tx::begin(&f, Isolation::Serializable);
        tx.write(write);
        between();
        let error = tx.commit().unwrap_err();
        (error.kind(), error.is_retryable())
    };
    let conflict = |is_retryable| (ErrorKind::Conflict, is_retryable);
    let duplicate = |is_retryable| (ErrorKind::Duplicate, is_retryable);
    let put = |person, expect| f.put(person, expect);
    // The handle was stale already, was good, was good and its row has gone.
    assert_eq!(attempt(put(Person::new(1), Expect::Version(1)), &|| ()), conflict(false));
    let again = || {
        f.upsert(Person::new(1).age(12));
    };
    assert_eq!(attempt(put(Person::new(1), Expect::Version(4)), &again), conflict(true));
    assert_eq!(attempt(put(Person::new(1), Expect::Version(4)), &again), conflict(false));
    assert_eq!(
        attempt(put(Person::new(2), Expect::Version(2)), &|| {
            f.delete(2);
        }),
        conflict(true)
    );
    assert_eq!(attempt(put(Person::new(2), Expect::Version(2)), &|| ()), conflict(false));
    // The key was there, was there and has been written since, has come.
    assert_eq!(attempt(put(Person::new(1), Expect::Absent), &|| ()), duplicate(false));
    assert_eq!(attempt(put(Person::new(1), Expect::Absent), &again), duplicate(false));
    let come = || {
        f.insert(email(8, "come"));
    };
    assert_eq!(attempt(put(Person::new(8), Expect::Absent), &come), duplicate(true));
    // The same of a distinct value.
    assert_eq!(attempt(put(email(9, "there"), Expect::Absent), &|| ()), duplicate(false));
    let again = || {
        f.upsert(email(3, "there").age(5));
    };
    assert_eq!(attempt(put(email(9, "there"), Expect::Absent), &again), duplicate(false));
    let come = || {
        f.insert(email(10, "new"));
    };
    assert_eq!(attempt(put(email(9, "new"), Expect::Absent), &come), duplicate(true));
}

#[test]
fn a_stale_handle_is_named_before_a_duplicate_and_that_before_a_read() {
    let f = two_rows();
    f.insert(Person::new(3).email("x"));
    let mut tx = Tx::begin(&f, Isolation::Serializable);
    tx.get(1);
    tx.reads_ages(0, 99);
    tx.write(f.put(Person::new(9).email("x"), Expect::Absent));
    tx.write(f.put(Person::new(2), Expect::Version(77)));
    let mut second = Tx::begin(&f, Isolation::Serializable);
    second.reads_ages(0, 99);
    second.write(f.put(Person::new(9).email("x"), Expect::Absent));
    f.upsert(Person::new(1).age(50));
    assert!(matches!(tx.commit().unwrap_err().cause(), Some(ConflictCause::Version { .. })));
    assert_eq!(second.commit().unwrap_err().kind(), ErrorKind::Duplicate);
}

#[test]
fn a_transaction_is_checked_against_all_that_came_since_however_short_the_history() {
    let f = Fixture::with(MemoryStorage::new().with_history(1));
    f.insert(Person::new(1).age(10));
    let mut tx = Tx::begin(&f, Isolation::Serializable);
    let mut lucky = Tx::begin(&f, Isolation::Serializable);
    tx.reads_ages(70, 79);
    lucky.reads_ages(80, 89);
    f.insert(Person::new(7).age(77));
    (100..150).for_each(|id| {
        f.insert(Person::new(id));
    });
    tx.put(2, 2);
    lucky.put(2, 2);
    assert_read_conflict(&tx.commit().unwrap_err());
    lucky.commit().unwrap();
    assert_eq!(f.storage.stats().history, 1);
}
