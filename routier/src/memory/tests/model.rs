//! Random histories beside a naive model: a map for each version, and full scans.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::fixture::{
    AGE, BY_AGE, BY_EMAIL, BY_TAG, BY_TEAM_AGE, Fixture, Person, ascending, descending, index, now, plan,
    position, text,
};
use crate::env::sync::Arc;
use crate::env::{IdGen, SequentialIds};
use crate::error::ErrorKind;
use crate::memory::{At, Walk};
use crate::query::{Access, Plan, Range, Terms};
use crate::storage::{Expect, Snapshot, Storage, Target, Write};
use crate::value::{Datum, DatumRef};

/// Numbers that are the same for the same seed.
pub(super) struct Dice {
    ids: SequentialIds,
    seed: u64,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { ids: SequentialIds::new(), seed: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) }
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        (self.ids.random() ^ self.seed).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(32) % end
    }

    pub(super) fn is_one_in(&self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn one<T: Clone>(&self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()].clone()
    }
}

const N_KEYS: u64 = 24;
const EMAILS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const TEAMS: [&str; 3] = ["red", "blue", ""];
const TAGS: [&str; 4] = ["w", "x", "y", "z"];

type State = BTreeMap<u64, Person>;

struct Model {
    f: Fixture,
    dice: Dice,
    /// The state after each commit.
    states: BTreeMap<u64, State>,
    snapshots: Vec<Arc<dyn Snapshot>>,
    walks: Vec<Begun>,
}

/// A walk that goes on between commits.
struct Begun {
    walk: Walk<Person>,
    /// What it should give.
    expected: Vec<u64>,
    found: Vec<u64>,
    plan: Arc<Plan>,
}

impl Model {
    fn new(seed: u64) -> Self {
        let states = BTreeMap::from([(0, State::new())]);
        Self { f: Fixture::new(), dice: Dice::new(seed), states, snapshots: Vec::new(), walks: Vec::new() }
    }

    fn state(&self) -> &State {
        self.states.last_key_value().unwrap().1
    }

    fn person(&self, id: u64) -> Person {
        let dice = &self.dice;
        let mut person = Person::new(id).age(u32::try_from(dice.below(6)).unwrap());
        if dice.is_one_in(2) {
            person = person.email(dice.one(&EMAILS));
        }
        if dice.is_one_in(2) {
            person = person.team(dice.one(&TEAMS));
        }
        let tags: Vec<&str> = (0..dice.below(4)).map(|_| dice.one(&TAGS)).collect();
        person.tags(&tags)
    }

    fn writes(&self) -> Vec<Write> {
        // Of many writes one would nearly always be refused.
        let is_large = self.dice.is_one_in(5);
        let n = if is_large { self.dice.below(N_KEYS) } else { 1 + self.dice.below(3) };
        let mut ids: Vec<u64> = (0..n).map(|_| self.dice.below(N_KEYS * 2)).collect();
        ids.sort_unstable();
        ids.dedup();
        let write = |id: u64| {
            let version = self.state().get(&id).map(|row| row.version);
            let expect = match self.dice.below(12) {
                0 => Expect::Absent,
                1 => Expect::Version(self.dice.below(20)),
                2..=5 if version.is_none() => Expect::Absent,
                2..=6 => version.map_or(Expect::Anything, Expect::Version),
                _ => Expect::Anything,
            };
            let expect = if is_large { Expect::Anything } else { expect };
            let mut person = self.person(id);
            if is_large && self.dice.below(8) > 0 {
                person.email = None;
            }
            if self.dice.is_one_in(3) { self.f.remove(id, expect) } else { self.f.put(person, expect) }
        };
        ids.into_iter().map(write).collect()
    }

    /// What a commit should end in: the state after it, or a kind of error.
    fn expected(&self, writes: &[Write], number: u64) -> Result<State, ErrorKind> {
        let mut state = self.state().clone();
        let id = |write: &Write| match write.key().first() {
            Some(Datum::UInt(id)) => *id,
            other => panic!("{other:?} is no key"),
        };
        let is = |write: &Write, wrong: fn(Expect, Option<u64>) -> bool| {
            wrong(write.expect, state.get(&id(write)).map(|row| row.version))
        };
        if writes
            .iter()
            .any(|write| is(write, |expect, there| matches!(expect, Expect::Version(v) if there != Some(v))))
        {
            return Err(ErrorKind::Conflict);
        }
        if writes.iter().any(|write| is(write, |expect, there| expect == Expect::Absent && there.is_some())) {
            return Err(ErrorKind::Duplicate);
        }
        for write in writes {
            match &write.target {
                Target::Put(row) => {
                    let mut row = row.clone().downcast::<Person>().unwrap().entity().clone();
                    row.version = number;
                    state.insert(id(write), row);
                }
                Target::Remove(_) => drop(state.remove(&id(write))),
            }
        }
        let mut emails: Vec<_> = state.values().filter_map(|row| row.email.as_ref()).collect();
        emails.sort_unstable();
        if emails.windows(2).any(|pair| pair[0] == pair[1]) { Err(ErrorKind::Duplicate) } else { Ok(state) }
    }

    fn commit(&mut self) {
        let last = self.f.storage.visible();
        let writes = self.writes();
        let expected = self.expected(&writes, last + 1);
        let outcome = self.f.commit(writes);
        match (outcome, expected) {
            (Ok(record), Ok(state)) if record.changes.is_empty() => {
                assert_eq!((record.number, &state), (last, self.state()));
            }
            (Ok(record), Ok(state)) => {
                assert_eq!((record.number, self.f.storage.visible()), (last + 1, last + 1));
                let mut replayed = self.state().clone();
                for change in &record.changes {
                    let person = |row: &Option<crate::AnyRow>| {
                        row.clone().map(|row| row.downcast::<Person>().unwrap().entity().clone())
                    };
                    let (before, after) = (person(&change.before), person(&change.after));
                    let id = before.as_ref().or(after.as_ref()).unwrap().id;
                    let replaced = match after {
                        Some(after) => replayed.insert(id, after),
                        None => replayed.remove(&id),
                    };
                    assert_eq!(replaced, before);
                }
                assert_eq!(replayed, state);
                self.states.insert(record.number, state);
            }
            (Err(error), Err(kind)) => {
                assert_eq!(error.kind(), kind, "{error}");
                assert!(!error.is_retryable() && self.f.storage.visible() == last);
            }
            (outcome, expected) => panic!("{outcome:?} instead of {expected:?}"),
        }
    }

    fn step(&mut self) {
        match self.dice.below(12) {
            0 if self.snapshots.len() < 5 => self.snapshots.push(self.f.snapshot()),
            1 if !self.snapshots.is_empty() => {
                let dropped = usize::try_from(self.dice.below(self.snapshots.len() as u64)).unwrap();
                drop(self.snapshots.swap_remove(dropped));
            }
            2 => self.compare_latest(),
            5 => self.begin(),
            6 => self.go_on(),
            3 | 4 if !self.snapshots.is_empty() => {
                let snapshot = self.dice.one(&self.snapshots);
                self.compare(&snapshot);
            }
            _ => self.commit(),
        }
    }

    /// Begins one of the walks of a live snapshot or of the latest.
    fn begin(&mut self) {
        let snapshot = (!self.snapshots.is_empty()).then(|| self.dice.one(&self.snapshots));
        let number = snapshot.as_ref().map_or(u64::MAX, |snapshot| snapshot.number());
        let state = self.states.range(..=number).next_back().unwrap().1;
        let (mut plan, expected) = self.dice.one(&self.plans(state));
        // What is not sorted before the first row is given depends on where the walk stands.
        plan.query.unordered = plan.query.limit.is_none();
        let plan = Arc::new(plan);
        let walk = match snapshot {
            Some(snapshot) => self.f.table().walk(Arc::clone(&plan), snapshot),
            None => self.f.table().walk_latest(Arc::clone(&plan)),
        };
        self.walks.push(Begun { walk: walk.unwrap(), expected, found: Vec::new(), plan });
    }

    /// Takes a few rows more from one of the walks.
    fn go_on(&mut self) {
        let Some(mut begun) = self.walks.pop() else { return };
        let most = usize::try_from(1 + self.dice.below(4)).unwrap();
        let (rows, _) = begun.walk.next(most).unwrap();
        if !rows.is_empty() {
            begun.found.extend(rows.iter().map(|row| row.id));
            self.walks.insert(0, begun);
            return;
        }
        if !begun.plan.sorted && begun.plan.query.unordered {
            begun.found.sort_unstable();
        }
        assert_eq!(begun.found, begun.expected, "{:?}", begun.plan);
    }

    /// Rows of the state that pass, in an order.
    fn rows(state: &State, passes: impl Fn(&Person) -> bool) -> Vec<&Person> {
        state.values().filter(|row| passes(row)).collect()
    }

    fn plans(&self, state: &State) -> Vec<(Plan, Vec<u64>)> {
        let range = |prefix, low, high| Range { prefix, low, high };
        let open = || range(vec![], Bound::Unbounded, Bound::Unbounded);
        let (low, high) = (self.dice.below(6), self.dice.below(6));
        let (from, to) = (Bound::Included(Datum::UInt(low)), Bound::Excluded(Datum::UInt(high)));
        let is_within = |row: &Person| (low..high).contains(&u64::from(row.age));
        let ids = |rows: Vec<&Person>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        let by_age = |passes: &dyn Fn(&Person) -> bool| {
            let mut rows = Self::rows(state, passes);
            rows.sort_by_key(|row| (row.age, row.id));
            rows
        };
        let mut plans = Vec::new();
        for is_descending in [false, true] {
            let turned = |mut ids: Vec<u64>| {
                if is_descending {
                    ids.reverse();
                }
                ids
            };
            let mut all = plan(index(BY_AGE, vec![open()], is_descending), true);
            plans.push((all.clone(), turned(ids(by_age(&|_| true)))));
            let within = index(BY_AGE, vec![range(vec![], from.clone(), to.clone())], is_descending);
            plans.push((plan(within, true), turned(ids(by_age(&is_within)))));
            // A page behind some place, which need not be a row's.
            let (age, id) = (self.dice.below(6), self.dice.below(N_KEYS));
            let place = (u32::try_from(age).unwrap(), id);
            all.query.order = Terms::one(if is_descending { descending(AGE) } else { ascending(AGE) });
            all.query.after = Some(position(&[Datum::UInt(age)], id));
            all.query.limit = Some(3);
            let behind = by_age(&|row| {
                if is_descending { (row.age, row.id) < place } else { (row.age, row.id) > place }
            });
            let page: Vec<u64> = turned(ids(behind)).into_iter().take(3).collect();
            plans.push((all.clone(), page.clone()));
            all.seek = all.query.after.clone();
            plans.push((all.clone(), page.clone()));
            let within = vec![range(vec![], from.clone(), Bound::Unbounded)];
            let bounded = Plan { access: index(BY_AGE, within, is_descending), ..all.clone() };
            let is_behind = |row: &Person| {
                u64::from(row.age) >= low
                    && if is_descending { (row.age, row.id) < place } else { (row.age, row.id) > place }
            };
            plans.push((bounded, turned(ids(by_age(&is_behind))).into_iter().take(3).collect()));
            plans.push((Plan { access: Access::Scan, seek: None, sorted: false, ..all }, page));
            let team =
                index(BY_TEAM_AGE, vec![range(vec![text("red")], from.clone(), to.clone())], is_descending);
            let red = by_age(&|row| row.team.as_deref() == Some("red") && is_within(row));
            plans.push((plan(team, true), turned(ids(red))));
            let keys = vec![
                range(vec![], from.clone(), to.clone()),
                range(vec![Datum::UInt(30)], Bound::Unbounded, Bound::Unbounded),
            ];
            let keys = plan(Access::KeyRange { ranges: keys, descending: is_descending }, true);
            let found = Self::rows(state, |row| (low..high).contains(&row.id) || row.id == 30);
            plans.push((keys, turned(ids(found))));
        }
        let tagged =
            ["x", "z"].map(|tag| range(vec![text(tag)], Bound::Unbounded, Bound::Unbounded)).to_vec();
        let has = |row: &Person| row.tags.iter().any(|tag| tag == "x" || tag == "z");
        plans.push((plan(index(BY_TAG, tagged.clone(), false), false), ids(Self::rows(state, has))));
        let aged = index(BY_AGE, vec![range(vec![], from, to)], false);
        let either = Access::Union(vec![aged, index(BY_TAG, tagged, false)]);
        plans.push((plan(either, false), ids(Self::rows(state, |row| has(row) || is_within(row)))));
        plans.push((plan(Access::Scan, false), ids(Self::rows(state, |_| true))));
        plans
    }

    fn compare(&self, snapshot: &Arc<dyn Snapshot>) {
        let state = self.states.range(..=snapshot.number()).next_back().unwrap().1;
        self.compare_points(state, At::Snapshot(snapshot.number()));
        for (plan, expected) in self.plans(state) {
            assert_eq!(self.f.run(snapshot, plan.clone()).0, expected, "{plan:?} at {}", snapshot.number());
        }
    }

    fn compare_latest(&self) {
        self.compare_points(self.state(), At::Latest);
        for (plan, expected) in self.plans(self.state()) {
            assert_eq!(self.f.run_latest(plan.clone()).0, expected, "{plan:?}");
            if let Some(found) = self.f.take(&plan) {
                assert_eq!(found, expected, "without a plan: {plan:?}");
            }
        }
        assert_eq!(self.f.storage.stats().rows, self.state().len() as u64);
    }

    fn compare_points(&self, state: &State, at: At) {
        let table = self.f.table();
        for id in 0..N_KEYS * 2 {
            assert_eq!(table.get(id, at).as_deref(), state.get(&id));
        }
        for email in EMAILS {
            let holder = state.values().find(|row| row.email.as_deref() == Some(email));
            assert_eq!(table.get_by(BY_EMAIL, &[DatumRef::Text(email)], at).as_deref(), holder);
        }
        assert!(table.get_by(BY_EMAIL, &[DatumRef::None], at).is_none());
    }
}

#[test]
fn random_histories_read_like_the_model_at_every_live_snapshot() {
    for seed in 0..100 {
        let outcome = std::panic::catch_unwind(|| {
            let mut model = Model::new(seed);
            for _ in 0..120 {
                model.step();
            }
            let snapshots = std::mem::take(&mut model.snapshots);
            while !model.walks.is_empty() {
                model.go_on();
            }
            for snapshot in snapshots {
                model.compare(&snapshot);
            }
            model.compare_latest();
            assert_eq!(model.f.storage.stats().old_versions, 0, "nothing is kept for nobody");
            assert_eq!(model.f.table().n_old(), 0, "in no structure");
            let history = now(model.f.storage.history(0, usize::MAX)).unwrap();
            assert!(history.commits.iter().map(|commit| &commit.number).eq(model.states.keys().skip(1)));
        });
        assert!(outcome.is_ok(), "with seed {seed}");
    }
}
