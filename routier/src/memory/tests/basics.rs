//! Reading, writing and walking, one thing at a time.

use std::ops::Bound;

use super::fixture::{
    AGE, BY_AGE, BY_EMAIL, BY_TAG, BY_TEAM_AGE, Fixture, Person, Seat, TAGS, TEAM, ascending, descending,
    index, now, plan, position, statement, text,
};
use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::{ConflictCause, ErrorKind};
use crate::memory::{At, new_table};
use crate::query::{Access, Predicate, Range, Terms};
use crate::storage::{Expect, Opening, Snapshot, Storage};
use crate::value::{Datum, DatumRef};

fn equal(value: Datum) -> Vec<Range> {
    vec![Range { prefix: vec![value], low: Bound::Unbounded, high: Bound::Unbounded }]
}

fn all() -> Vec<Range> {
    vec![Range { prefix: vec![], low: Bound::Unbounded, high: Bound::Unbounded }]
}

fn between(low: Bound<Datum>, high: Bound<Datum>) -> Vec<Range> {
    vec![Range { prefix: vec![], low, high }]
}

#[test]
fn a_row_is_read_by_key_and_by_distinct_value_until_it_changes() {
    let f = Fixture::new();
    let table = f.table();
    let by_email = |email: &str| table.get_by(BY_EMAIL, &[DatumRef::Text(email)], At::Latest);
    assert_eq!(f.insert(Person::new(1).email("ada")), 1);
    let ada = table.get(1, At::Latest).unwrap();
    assert_eq!((ada.version(), ada.entity().version), (1, 1));
    assert!(ada.same(&by_email("ada").unwrap()));
    f.upsert(Person::new(1).email("lovelace"));
    assert!(by_email("ada").is_none());
    assert_eq!(by_email("lovelace").unwrap().version(), 2);
    f.delete(1);
    assert!(table.get(1, At::Latest).is_none() && by_email("lovelace").is_none());
    assert_eq!((f.storage.visible(), f.storage.stats().rows), (3, 0));
}

#[test]
fn a_snapshot_sees_what_was_there_and_lets_go_of_it_when_dropped() {
    let f = Fixture::new();
    let table = f.table();
    f.insert(Person::new(1).email("ada").age(36));
    let snapshot = f.snapshot();
    for age in 37..60 {
        f.upsert(Person::new(1).email("ada").age(age));
    }
    let later = f.snapshot();
    f.delete(1);
    assert_eq!(f.storage.stats().old_versions, 2, "one version for each who sees another");
    let age = |snapshot: &dyn Snapshot| table.get(1, At::Snapshot(snapshot.number())).map(|row| row.age);
    assert_eq!((age(&*snapshot), age(&*later), age(&*f.snapshot())), (Some(36), Some(59), None));
    for (snapshot, age) in [(&snapshot, 36), (&later, 59)] {
        let email = table.get_by(BY_EMAIL, &[DatumRef::Text("ada")], At::Snapshot(snapshot.number()));
        assert_eq!(email.unwrap().age, age);
        for access in
            [Access::Scan, index(BY_AGE, all(), true), Access::KeyRange { ranges: all(), descending: false }]
        {
            assert_eq!(f.run(snapshot, plan(access, true)).0, [1]);
        }
        assert_eq!(
            f.run(snapshot, plan(index(BY_AGE, equal(Datum::UInt(u64::from(age))), false), true)).0,
            [1]
        );
    }
    drop(snapshot);
    assert_eq!(f.storage.stats().old_versions, 1);
    drop(later);
    assert_eq!((f.storage.stats().old_versions, f.storage.stats().snapshots), (0, 0));
}

#[test]
fn ranges_are_walked_both_ways_within_their_bounds() {
    let f = Fixture::new();
    for id in 1..=20 {
        f.insert(Person::new(id).age(u32::try_from(id / 2).unwrap()));
    }
    let snapshot = f.snapshot();
    let age = Datum::UInt;
    let table = [
        (equal(age(3)), vec![6, 7]),
        (between(Bound::Included(age(8)), Bound::Unbounded), vec![16, 17, 18, 19, 20]),
        (between(Bound::Excluded(age(8)), Bound::Included(age(9))), vec![18, 19]),
        (between(Bound::Unbounded, Bound::Excluded(age(2))), vec![1, 2, 3]),
        (between(Bound::Included(age(9)), Bound::Excluded(age(2))), vec![]),
        (between(Bound::Excluded(age(3)), Bound::Excluded(age(3))), vec![]),
        ([equal(age(1)), equal(age(4))].concat(), vec![2, 3, 8, 9]),
        (all(), (1..=20).collect()),
    ];
    for (ranges, mut expected) in table {
        let n = expected.len() as u64;
        let run = |descending| plan(index(BY_AGE, ranges.clone(), descending), true);
        assert_eq!(f.run(&snapshot, run(false)), (expected.clone(), n), "{ranges:?}");
        assert_eq!(f.run_latest(run(false)), (expected.clone(), n), "{ranges:?}");
        expected.reverse();
        assert_eq!(f.run(&snapshot, run(true)), (expected.clone(), n), "{ranges:?}");
        assert_eq!(f.run_latest(run(true)), (expected, n), "{ranges:?}");
    }
}

#[test]
fn limits_offsets_and_cursors_read_what_they_give() {
    let f = Fixture::new();
    for id in 1..=1_000 {
        f.insert(Person::new(id).age(u32::try_from(id % 10).unwrap()));
    }
    let snapshot = f.snapshot();
    let mut query = plan(index(BY_AGE, all(), true), true);
    query.query.order = Terms::one(descending(AGE));
    query.query.limit = Some(3);
    assert_eq!(f.run(&snapshot, query.clone()), (vec![999, 989, 979], 3));
    assert_eq!(f.run_latest(query.clone()), (vec![999, 989, 979], 3));
    query.query.after = Some(position(&[Datum::UInt(9)], 9));
    assert_eq!(f.run(&snapshot, query.clone()).0, [998, 988, 978]);
    query.seek = query.query.after.clone();
    assert_eq!(f.run(&snapshot, query.clone()), (vec![998, 988, 978], 3));
    assert_eq!(f.run_latest(query.clone()), (vec![998, 988, 978], 3));
    query.query.offset = 2;
    assert_eq!(f.run(&snapshot, query.clone()).0, [978, 968, 958]);
    query.query.limit = Some(0);
    assert!(f.run(&snapshot, query).0.is_empty());
    let mut keys = plan(Access::KeyRange { ranges: all(), descending: false }, true);
    keys.query.after = Some(position(&[], 990));
    keys.seek = keys.query.after.clone();
    assert_eq!(f.run(&snapshot, keys.clone()), ((991..=1_000).collect(), 10));
    f.insert(Person::new(5_000));
    f.delete(995);
    assert_eq!(f.run(&snapshot, keys.clone()), ((991..=1_000).collect(), 10));
    let expected: Vec<u64> = (991..=1_000).filter(|id| *id != 995).chain([5_000]).collect();
    assert_eq!(f.run_latest(keys), (expected, 10));
}

#[test]
fn what_no_path_orders_is_sorted() {
    let f = Fixture::new();
    for id in 1..=3_000 {
        f.insert(Person::new(id).age(u32::try_from(id * 7 % 101).unwrap()));
    }
    let snapshot = f.snapshot();
    let unordered = plan(Access::Scan, false);
    assert_eq!(f.run(&snapshot, unordered.clone()), ((1..=3_000).collect(), 3_000));
    let mut top = unordered;
    top.query.order = Terms::one(ascending(AGE));
    top.query.limit = Some(4);
    top.query.offset = 1;
    top.residual =
        Predicate::Within { field: AGE, low: Bound::Included(Datum::UInt(1)), high: Bound::Unbounded };
    assert_eq!(f.run(&snapshot, top.clone()).0, [130, 231, 332, 433]);
    top.query.after = Some(position(&[Datum::UInt(1)], 433));
    assert_eq!(f.run(&snapshot, top.clone()).0, [635, 736, 837, 938]);
    top.except = [635, 837].map(|id| Box::from([Datum::UInt(id)])).into();
    assert_eq!(f.run(&snapshot, top).0, [736, 938, 1_039, 1_140]);
}

#[test]
fn the_order_of_keys_follows_commits_while_it_is_built() {
    let f = Fixture::new();
    (0..40).for_each(|id| {
        f.insert(Person::new(id));
    });
    let before = f.snapshot();
    let change = |step: u64| {
        f.delete(step);
        f.upsert(Person::new(10 + step).age(1));
        f.insert(Person::new(100 + step));
    };
    change(0);
    let table = f.table();
    table.chain().1.take_over(table.primary(), &table.core.line);
    let between = f.snapshot();
    (1..10).for_each(change);
    let keys = |snapshot: &Arc<dyn Snapshot>| {
        let access = Access::KeyRange { ranges: all(), descending: false };
        f.run(snapshot, plan(access, true)).0
    };
    let expected = |steps: u64| -> Vec<u64> { (steps..40).chain(100..100 + steps).collect() };
    let after = f.snapshot();
    assert_eq!(keys(&after), expected(10));
    assert_eq!(keys(&between), expected(1));
    assert_eq!(keys(&before), expected(0));
    drop((before, between, after));
    assert_eq!(table.n_old(), 0);
}

#[test]
fn lists_composites_unions_and_lookups_give_each_row_once() {
    let f = Fixture::new();
    f.insert(Person::new(1).tags(&["a", "b", "a"]).team("red").age(30).email("one"));
    f.insert(Person::new(2).tags(&["b", "c"]).team("red").age(20).email("two"));
    f.insert(Person::new(3).team("blue").age(25));
    f.insert(Person::new(4).age(25));
    let snapshot = f.snapshot();
    let run = |access| f.run(&snapshot, plan(access, true));
    let tags = |tags: &[&str]| tags.iter().flat_map(|tag| equal(text(tag))).collect::<Vec<_>>();
    assert_eq!(run(index(BY_TAG, tags(&["b"]), false)), (vec![1, 2], 2));
    assert_eq!(run(index(BY_TAG, tags(&["a", "b", "c"]), false)), (vec![1, 2], 2));
    let team = |low, high| index(BY_TEAM_AGE, vec![Range { prefix: vec![text("red")], low, high }], false);
    assert_eq!(run(team(Bound::Unbounded, Bound::Unbounded)), (vec![2, 1], 2));
    assert_eq!(run(team(Bound::Excluded(Datum::UInt(20)), Bound::Unbounded)), (vec![1], 1));
    assert_eq!(run(index(BY_TEAM_AGE, equal(Datum::None), false)), (vec![4], 1));
    let some = between(Bound::Excluded(Datum::None), Bound::Unbounded);
    assert_eq!(run(index(BY_TEAM_AGE, some, false)), (vec![3, 2, 1], 3));
    let keys = Access::Keys(vec![vec![Datum::UInt(9)], vec![Datum::UInt(3)], vec![Datum::UInt(1)]]);
    assert_eq!(run(keys.clone()), (vec![3, 1], 2));
    let emails = Access::Distinct { index: BY_EMAIL, values: vec![vec![text("two")], vec![text("none")]] };
    assert_eq!(run(emails.clone()), (vec![2], 1));
    let union = Access::Union(vec![emails, index(BY_TAG, tags(&["c"]), false), keys, Access::Nothing]);
    assert_eq!(run(union), (vec![2, 3, 1], 3));
    assert_eq!(f.snapshot().estimate(f.people, &index(BY_TAG, tags(&["a", "b"]), false), 10), Some(3));
    let contains = Predicate::Contains { field: TAGS, values: [text("c")].into() };
    let team = Predicate::Equal { field: TEAM, value: text("red") };
    let filtered = crate::query::Plan { residual: contains.and(team), ..plan(Access::Scan, true) };
    assert_eq!(f.run(&snapshot, filtered), (vec![2], 4));
}

#[test]
fn a_scan_gives_each_row_once_while_rows_move_in_memory() {
    // Where rows stand differs from one time to the next.
    for _ in 0..10 {
        for n_inserts in [0, 1, 10] {
            [0, 1, 10].into_iter().for_each(|n_updates| scan_beside(n_inserts, n_updates));
        }
    }
}

fn scan_beside(n_inserts: u64, n_updates: u64) {
    let f = Fixture::new();
    (0..50).for_each(|id| {
        f.insert(Person::new(id));
    });
    let mut walk = f.table().walk(Arc::new(plan(Access::Scan, true)), f.snapshot()).unwrap();
    let mut found = Vec::new();
    let mut id = 50;
    loop {
        let rows = walk.next(3).unwrap().0;
        if rows.is_empty() {
            break;
        }
        found.extend(rows.iter().map(|row| row.id));
        (0..n_inserts).for_each(|n| {
            f.insert(Person::new(id + n));
        });
        id += n_inserts;
        (0..n_updates).for_each(|n| {
            f.upsert(Person::new((id * 7 + n) % 50).age(1));
        });
        f.delete(id % 50);
    }
    found.sort_unstable();
    assert!(found.iter().copied().eq(0..50), "{found:?} beside {n_inserts} inserts, {n_updates} updates");
    drop(walk);
    assert_eq!(f.storage.stats().old_versions, 0);
}

#[test]
fn what_an_expectation_forbids_is_refused() {
    let f = Fixture::new();
    f.insert(Person::new(1).email("ada"));
    let duplicate = f.commit(vec![f.put(Person::new(1), Expect::Absent)]).unwrap_err();
    assert_eq!((duplicate.kind(), duplicate.value()), (ErrorKind::Duplicate, Some("1")));
    assert_eq!(duplicate.fields().unwrap(), ["id"]);
    let distinct = f.commit(vec![f.put(Person::new(2).email("ada"), Expect::Absent)]).unwrap_err();
    assert_eq!((distinct.kind(), distinct.value()), (ErrorKind::Duplicate, Some("\"ada\"")));
    let stale = f.commit(vec![f.put(Person::new(1), Expect::Version(7))]).unwrap_err();
    let cause = ConflictCause::Version { key: "1".to_owned(), expected: 7, actual: Some(1) };
    assert_eq!((stale.kind(), stale.cause()), (ErrorKind::Conflict, Some(&cause)));
    let gone = f.commit(vec![f.remove(5, Expect::Version(1))]).unwrap_err();
    assert_eq!(
        gone.cause(),
        Some(&ConflictCause::Version { key: "5".to_owned(), expected: 1, actual: None })
    );
    assert!([duplicate, distinct, stale, gone].iter().all(|error| !error.is_retryable()));
    assert_eq!(f.storage.visible(), 1);
    let twice = vec![
        f.put(Person::new(2).email("x"), Expect::Absent),
        f.put(Person::new(3).email("x"), Expect::Absent),
    ];
    assert_eq!(f.commit(twice).unwrap_err().kind(), ErrorKind::Duplicate);
    let twice = vec![f.put(Person::new(2), Expect::Absent), f.put(Person::new(2), Expect::Absent)];
    assert_eq!(f.commit(twice).unwrap_err().kind(), ErrorKind::Duplicate);
    let nobody = vec![f.put(Person::new(2), Expect::Absent), f.put(Person::new(3), Expect::Absent)];
    assert_eq!(f.commit(nobody).unwrap().changes.len(), 2, "`None` is never the same");
}

#[test]
fn distinct_values_are_swapped_freed_and_taken_in_one_commit() {
    let f = Fixture::new();
    f.insert(Person::new(1).email("ada"));
    f.insert(Person::new(2).email("bob"));
    let put = |id, email| f.put(Person::new(id).email(email), Expect::Anything);
    f.commit(vec![put(1, "bob"), put(2, "ada")]).unwrap();
    let id = |email| f.table().get_by(BY_EMAIL, &[DatumRef::Text(email)], At::Latest).map(|row| row.id);
    assert_eq!((id("ada"), id("bob")), (Some(2), Some(1)));
    f.commit(vec![put(3, "ada"), f.remove(2, Expect::Anything)]).unwrap();
    assert_eq!(id("ada"), Some(3));
    assert!(f.commit(vec![put(1, "ada"), put(3, "ada")]).is_err());
    assert!(
        f.commit(vec![put(4, "bob"), f.put(Person::new(1).email("bob").age(5), Expect::Anything)]).is_err()
    );
    let seat = |number, guest, day| f.seat(Seat { hall: "h".to_owned(), number, guest, day }, Expect::Absent);
    f.commit(vec![seat(1, Some(7), 1), seat(2, Some(7), 2), seat(3, None, 1), seat(4, None, 1)]).unwrap();
    let error = f.commit(vec![seat(5, Some(7), 2)]).unwrap_err();
    assert_eq!((error.value(), error.fields().unwrap().len()), (Some("(7, 2)"), 2));
    let error = f.commit(vec![seat(2, None, 9)]).unwrap_err();
    assert_eq!(error.value(), Some("(\"h\", 2)"));
}

#[test]
fn a_commit_without_a_change_leaves_no_trace() {
    let f = Fixture::new();
    f.insert(Person::new(1));
    let record = f.commit(vec![f.remove(5, Expect::Anything)]).unwrap();
    assert_eq!((record.number, record.changes.len()), (1, 0));
    assert_eq!(f.commit(vec![]).unwrap().number, 1);
    assert_eq!(now(f.storage.history(1, 10)).unwrap().commits.len(), 0);
    assert_eq!(f.insert(Person::new(2)), 2);
}

#[test]
fn the_history_is_bounded_and_says_where_it_begins() {
    let f = Fixture::with(crate::MemoryStorage::new().with_history(3));
    let read = |number, most| {
        let history = now(f.storage.history(number, most)).unwrap();
        let numbers: Vec<u64> = history.commits.iter().map(|commit| commit.number).collect();
        (numbers, history.seen, history.gap.map(|gap| gap.oldest))
    };
    assert_eq!(read(0, 9), (vec![], 0, None));
    for id in 1..=5 {
        f.insert(Person::new(id));
    }
    assert_eq!(read(0, 9), (vec![3, 4, 5], 5, Some(2)));
    assert_eq!(read(2, 9), (vec![3, 4, 5], 5, None));
    assert_eq!(read(2, 2), (vec![3, 4], 4, None));
    assert_eq!(read(5, 9), (vec![], 5, None));
    let snapshot = f.snapshot();
    f.commit((10..20).map(|id| f.put(Person::new(id), Expect::Absent)).collect()).unwrap();
    f.insert(Person::new(6));
    assert_eq!(read(5, 2), (vec![6], 6, None), "an open snapshot may have to be validated against it");
    drop(snapshot);
    assert_eq!(read(5, 99), (vec![7], 7, Some(6)));
    f.commit((20..30).map(|id| f.put(Person::new(id), Expect::Absent)).collect()).unwrap();
    assert_eq!(read(7, 2), (vec![8], 8, None), "the last commit is always whole");
}

#[test]
fn identities_grow_past_given_ones() {
    let f = Fixture::new();
    let take = |count| now(f.storage.identities(f.people, count)).unwrap();
    assert_eq!((take(1), take(3), take(1)), (1, 2, 5));
    f.insert(Person::new(40));
    assert_eq!(take(1), 41);
    f.insert(Person::new(7));
    assert_eq!(take(1), 42);
}

#[test]
fn one_name_has_one_type() {
    let f = Fixture::new();
    let open = |descriptor, table| now(f.storage.open(Opening::new(descriptor, table)));
    assert_eq!(open(Person::DESCRIPTOR, new_table::<Person>).unwrap(), f.people);
    const OTHER: &crate::Descriptor = &crate::Descriptor::of::<Seat>("Seat", "people").with_key(&[]);
    assert_eq!(open(OTHER, new_table::<Seat>).unwrap_err().kind(), ErrorKind::Schema);
}

#[test]
fn nothing_is_written_after_the_end() {
    let f = Fixture::new();
    f.insert(Person::new(1));
    now(f.storage.close()).unwrap();
    let error = now(f.storage.commit(statement(vec![f.put(Person::new(2), Expect::Absent)]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(f.table().get(1, At::Latest).is_some());
}
