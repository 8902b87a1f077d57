//! Readers and writers at once.

use std::ops::Bound;
use std::thread;

use super::fixture::{AGE, BY_AGE, BY_EMAIL, Fixture, Person, Seat, index, now, plan};
use super::model::Dice;
use crate::env::sync::{Arc, AtomicBool, Ordering};
use crate::memory::At;
use crate::query::{Access, Direct, Plan, Query, Range};
use crate::storage::{Expect, Snapshot, Storage};
use crate::value::DatumRef;

const PEOPLE: u64 = 40;
const TOTAL: u32 = 4_000;

/// People with ages that add up to the same in every state, and a seat whose day is the number of the last writer's
/// step, written together with it into a person's email.
fn fixture() -> Fixture {
    let f = Fixture::new();
    let mut writes: Vec<_> = (0..PEOPLE)
        .map(|id| f.put(Person::new(id).age(100).email(&format!("{id}-0")), Expect::Absent))
        .collect();
    writes.push(f.seat(seat(0), Expect::Absent));
    f.commit(writes).unwrap();
    f
}

fn seat(day: u32) -> Seat {
    Seat { hall: "h".to_owned(), number: 1, guest: Some(1), day }
}

/// Moves years from one to the other, or turns everybody's around; and writes the step into the seat.
fn write(f: &Fixture, dice: &Dice, step: u32) {
    let table = f.table();
    let current = |id: u64| Person::clone(table.get(id, At::Latest).unwrap().entity());
    let mut rows = if dice.is_one_in(4) {
        let mut rows: Vec<Person> = (0..PEOPLE).map(current).collect();
        let ages: Vec<u32> = rows.iter().rev().map(|row| row.age).collect();
        rows.iter_mut().zip(ages).for_each(|(row, age)| row.age = age);
        rows
    } else {
        let (from, to) = (dice.below(PEOPLE), dice.below(PEOPLE - 1));
        let to = if to < from { to } else { to + 1 };
        let (mut from, mut to) = (current(from), current(to));
        let moved = from.age.min(u32::try_from(dice.below(50)).unwrap());
        from.age -= moved;
        to.age += moved;
        vec![from, to]
    };
    rows[0].email = Some(format!("{}-{step}", rows[0].id));
    let mut writes: Vec<_> = rows.into_iter().map(|row| f.put(row, Expect::Anything)).collect();
    if dice.is_one_in(2) {
        // A row that comes and goes makes the tables move.
        writes.push(f.put(Person::new(1_000 + u64::from(step)), Expect::Absent));
    } else {
        writes.push(f.remove(1_000 + dice.below(u64::from(step)), Expect::Anything));
    }
    writes.push(f.seat(seat(step), Expect::Anything));
    f.commit(writes).unwrap();
}

fn day(snapshot: &Arc<dyn Snapshot>, f: &Fixture) -> u32 {
    let row = now(snapshot.get(f.seats, &[DatumRef::Text("h"), DatumRef::UInt(1)])).unwrap().unwrap();
    row.entity::<Seat>().unwrap().day
}

/// The people of one walk.
fn people(f: &Fixture, snapshot: &Arc<dyn Snapshot>, plan: Plan) -> Vec<Person> {
    let mut walk = f.table().walk(Arc::new(plan), Arc::clone(snapshot)).unwrap();
    let mut people = Vec::new();
    loop {
        let (rows, _) = walk.next(9).unwrap();
        if rows.is_empty() {
            return people;
        }
        people.extend(rows.iter().map(|row| row.entity().clone()));
    }
}

fn read(f: &Fixture, dice: &Dice, last: &mut u32) {
    let snapshot = f.snapshot();
    let day = day(&snapshot, f);
    assert!(day >= *last, "what was seen once is seen for ever");
    *last = day;
    let access = match dice.below(3) {
        0 => Access::Scan,
        1 => Access::KeyRange { ranges: vec![Range::whole()], descending: dice.is_one_in(2) },
        _ => index(BY_AGE, vec![Range::whole()], dice.is_one_in(2)),
    };
    let plan = plan(access, true);
    let all = people(f, &snapshot, plan.clone());
    let mut ids: Vec<u64> = all.iter().map(|row| row.id).filter(|id| *id < PEOPLE).collect();
    ids.sort_unstable();
    assert!(ids.iter().copied().eq(0..PEOPLE), "{plan:?}");
    assert_eq!(all.iter().map(|row| row.age).sum::<u32>(), TOTAL, "{plan:?}");
    for row in all.iter().filter(|row| row.id < PEOPLE) {
        let at = At::Snapshot(snapshot.number());
        let email = row.email.as_deref().unwrap();
        assert_eq!(f.table().get(row.id, at).as_deref(), Some(row));
        assert_eq!(f.table().get_by(BY_EMAIL, &[DatumRef::Text(email)], at).as_deref(), Some(row));
        let step: u32 = email.split('-').next_back().unwrap().parse().unwrap();
        assert!(step <= day, "the parts of a commit are seen together");
    }
    let direct = Direct {
        index: BY_AGE,
        field: AGE,
        low: Bound::Unbounded,
        high: Bound::Unbounded,
        descending: dice.is_one_in(2),
    };
    let all = f.table().take(direct, None, usize::MAX).unwrap();
    assert_eq!(all.iter().map(|row| row.age).sum::<u32>(), TOTAL, "whole commits, without a plan");
    let latest = f.table().get(dice.below(PEOPLE), At::Latest).unwrap();
    assert!(latest.version() > 0 && latest.version() == latest.entity().version);
}

#[test]
fn readers_see_whole_commits_while_others_write() {
    for seed in 0..4 {
        let f = fixture();
        let is_over = AtomicBool::new(false);
        let keep = f.snapshot();
        thread::scope(|scope| {
            for n in 0..3 {
                let (f, is_over) = (&f, &is_over);
                scope.spawn(move || {
                    let dice = Dice::new(seed * 10 + n);
                    let mut last = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        read(f, &dice, &mut last);
                    }
                });
            }
            let dice = Dice::new(seed * 10 + 9);
            (1..=400).for_each(|step| write(&f, &dice, step));
            is_over.store(true, Ordering::Relaxed);
        });
        let kept = people(&f, &keep, plan(Access::Scan, true));
        assert!(kept.len() as u64 == PEOPLE && kept.iter().all(|row| row.age == 100));
        drop(keep);
        assert_eq!(
            (f.storage.stats().old_versions, f.table().n_old(), f.storage.stats().snapshots),
            (0, 0, 0)
        );
    }
}

#[test]
fn many_writers_of_one_row_lose_no_write() {
    let f = Fixture::new();
    f.insert(Person::new(1));
    let step = || {
        loop {
            let row = f.table().get(1, At::Latest).unwrap();
            let next = Person { age: row.age + 1, ..row.entity().clone() };
            if f.commit(vec![f.put(next, Expect::Version(row.version()))]).is_ok() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..250).for_each(|_| step()));
        }
    });
    assert_eq!(f.table().get(1, At::Latest).unwrap().age, 1_000);
    let history = now(f.storage.history(0, usize::MAX)).unwrap();
    assert!(history.commits.iter().map(|commit| commit.number).eq(1..=1_001));
}

#[test]
fn the_order_of_keys_is_built_beside_writers() {
    for _ in 0..20 {
        let f = Fixture::new();
        (0..2_000).for_each(|id| {
            f.insert(Person::new(id));
        });
        let keep = f.snapshot();
        let query = Query { limit: Some(5), ..Query::default() };
        let ordered = |descending| {
            let access = Access::KeyRange { ranges: vec![Range::whole()], descending };
            Plan { query: query.clone(), ..plan(access, true) }
        };
        thread::scope(|scope| {
            scope.spawn(|| {
                for id in 0..2_000 {
                    f.delete(id * 7 % 2_000);
                    f.upsert(Person::new(10_000 + id));
                }
            });
            scope.spawn(|| assert_eq!(people(&f, &keep, ordered(false)).len(), 5));
        });
        let ids = |snapshot: &Arc<dyn Snapshot>, plan| {
            people(&f, snapshot, plan).iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&f.snapshot(), ordered(false)), (10_000..10_005).collect::<Vec<_>>());
        assert_eq!(ids(&keep, ordered(true)), (1_995..2_000).rev().collect::<Vec<_>>());
        let all = Plan { query: Query::default(), ..ordered(false) };
        assert_eq!(ids(&f.snapshot(), all.clone()), (10_000..12_000).collect::<Vec<_>>());
        assert_eq!(ids(&keep, all), (0..2_000).collect::<Vec<_>>());
        drop(keep);
        assert_eq!(f.table().n_old(), 0);
    }
}
