//! Whom a commit is told to, against the evaluation of every filter on every change.

use std::ops::{Bound, RangeBounds};

use crate::entity::{AnyRow, Entity};
use crate::env::sync::Arc;
use crate::feed::Hub;
use crate::feed::frontier::Reached;
use crate::feed::hub::Subscription;
use crate::feed::slot::{Hint, Interest, Known};
use crate::feed::tests::fake::{PLAYERS, TEAMS, somebody};
use crate::feed::tests::random::Dice;
use crate::query::sample::{Player, player, row};
use crate::query::{Anchor, Predicate, eval};
use crate::storage::{CommitRecord, Listener, RowChange};
use crate::value::Datum;

const HANDLE: u16 = 1;
const GUILD: u16 = 2;
const SCORE: u16 = 3;
const LEVEL: u16 = 5;
const TAGS: u16 = 6;

const TEXTS: [&str; 4] = ["", "a", "ab", "b"];

/// A value that a row may have in the field, and so one to ask for.
fn value(dice: &mut Dice, field: u16) -> Datum {
    let number = dice.below(7);
    match field {
        HANDLE | TAGS => Datum::Text(TEXTS[number as usize % TEXTS.len()].into()),
        GUILD => Datum::UInt(number),
        SCORE => Datum::Int(number as i64 - 3),
        _ => Datum::Float([-1.0, -0.0, 0.0, 0.5][number as usize % 4]),
    }
}

fn bound(dice: &mut Dice, field: u16) -> Bound<Datum> {
    match dice.below(5) {
        0 => Bound::Unbounded,
        1 | 2 => Bound::Included(value(dice, field)),
        _ => Bound::Excluded(value(dice, field)),
    }
}

fn filter(dice: &mut Dice, depth: u64) -> Predicate {
    let field = [HANDLE, GUILD, SCORE, SCORE, LEVEL][dice.below(5) as usize];
    match dice.below(if depth == 0 { 8 } else { 14 }) {
        0 | 1 => Predicate::Equal { field, value: value(dice, field) },
        2..=4 => Predicate::Within { field, low: bound(dice, field), high: bound(dice, field) },
        5 => {
            let mut values: Vec<Datum> = (0..dice.below(5)).map(|_| value(dice, field)).collect();
            values.sort();
            values.dedup();
            Predicate::OneOf { field, values: values.into() }
        }
        6 => Predicate::Contains { field: TAGS, values: [value(dice, TAGS)].into() },
        7 => Predicate::Absent { field: GUILD },
        8..=11 => filter(dice, depth - 1).and(filter(dice, depth - 1)),
        12 => filter(dice, depth - 1).or(filter(dice, depth - 1)),
        _ => filter(dice, depth - 1).negate(),
    }
}

fn some_row(dice: &mut Dice) -> AnyRow {
    let text = |dice: &mut Dice| TEXTS[dice.below(4) as usize].to_owned();
    row(Player {
        handle: text(dice),
        guild: (dice.below(3) > 0).then(|| dice.below(7) as u32),
        score: dice.below(7) as i32 - 3,
        level: [-1.0, -0.0, 0.0, 0.5][dice.below(4) as usize],
        tags: (0..dice.below(3)).map(|_| text(dice)).collect(),
        ..player(dice.below(9) as u32)
    })
}

fn changes(dice: &mut Dice) -> Vec<RowChange> {
    let change = |_| {
        let collection = if dice.below(5) == 0 { TEAMS } else { PLAYERS };
        let (before, after) = (dice.below(3) > 0, dice.below(3) > 0);
        let before = before.then(|| some_row(dice));
        // Often it is the same, but for what no filter asks for.
        let after = match &before {
            Some(before) if after && dice.below(2) == 0 => Some(before.clone()),
            _ => after.then(|| some_row(dice)),
        };
        RowChange::new(collection, before, after)
    };
    (0..6).filter_map(change).collect()
}

struct Follower {
    subscription: Subscription,
    filter: Predicate,
}

impl Follower {
    fn new(hub: &Arc<Hub>, filter: Predicate) -> Self {
        let interest = Interest::filter(PLAYERS, Arc::new(filter.clone()), None, Player::DESCRIPTOR);
        Self { subscription: hub.subscribe(interest), filter }
    }

    /// What it is to be told, by evaluation.
    fn hint(&self, commit: &CommitRecord) -> Option<Hint> {
        let passes = |row: &Option<AnyRow>| row.as_ref().is_some_and(|row| eval::matches(&self.filter, row));
        let changes = commit.changes.iter().enumerate();
        changes.filter(|(_, change)| change.collection == PLAYERS).find_map(|(place, change)| {
            let after = passes(&change.after);
            (after || passes(&change.before)).then_some(Hint { place, after })
        })
    }

    /// The places at which a row has what it is looked up by.
    fn places(&self, commit: &CommitRecord) -> Vec<(u64, usize)> {
        let anchor = self.subscription.slot.interest.anchor();
        let has = |row: &Option<AnyRow>| {
            let Some(row) = row else { return false };
            match anchor {
                Anchor::Anywhere | Anchor::Nowhere => false,
                Anchor::Points(field, values) => values.contains(&row.read(*field).to_datum()),
                Anchor::Range(field, low, high) => {
                    let value = row.read(*field).to_datum();
                    !value.is_none() && (low.as_ref(), high.as_ref()).contains(&value)
                }
            }
        };
        let changes = commit.changes.iter().enumerate();
        let changes = changes.filter(|(_, change)| change.collection == PLAYERS);
        let places = changes.filter(|(_, change)| has(&change.before) || has(&change.after));
        places.map(|(place, _)| (self.subscription.slot.id, place)).collect()
    }
}

/// How many of the followers a commit concerned, and how many were looked up.
fn try_commits(seed: u64) -> (usize, usize) {
    let mut dice = Dice::new(seed);
    let hub = Arc::new(Hub::default());
    let (mut followers, mut gone): (Vec<Follower>, Vec<Follower>) = (Vec::new(), Vec::new());
    let (mut n_concerned, mut n_sought) = (0, 0);
    for number in 1..=3 {
        for _ in 0..5 {
            let filter = filter(&mut dice, 2);
            followers.push(Follower::new(&hub, filter));
        }
        for _ in 0..dice.below(3) {
            let place = dice.below(followers.len() as u64) as usize;
            let Follower { subscription, filter } = followers.swap_remove(place);
            // Its slot stays, to be seen that nothing is told to it.
            let slot = Arc::clone(&subscription.slot);
            drop(subscription);
            gone.push(Follower {
                subscription: Subscription { hub: Arc::new(Hub::default()), slot },
                filter,
            });
        }
        let commit = CommitRecord::new(number, somebody(), changes(&mut dice));
        let mut expected: Vec<(u64, usize)> =
            followers.iter().flat_map(|follower| follower.places(&commit)).collect();
        expected.sort_unstable();
        assert_eq!(hub.found(&commit, PLAYERS), expected, "seed {seed}, commit {number}: who is looked up");
        n_sought += expected.len();
        hub.committed(&commit);
        for follower in &followers {
            let slot = &follower.subscription.slot;
            let hint = follower.hint(&commit);
            let case = format!("seed {seed}, commit {number}, {:?}", follower.filter);
            assert_eq!(slot.begin(), hint.is_some(), "{case}: whether it is woken");
            let known = slot.known(number, Some(Reached { number, changes: None }));
            assert_eq!(known, hint.map_or(Known::Unconcerned, Known::Hinted), "{case}");
            n_concerned += usize::from(hint.is_some());
        }
        for follower in &gone {
            assert!(!follower.subscription.slot.is_woken(), "seed {seed}: {:?} has gone", follower.filter);
        }
    }
    assert_eq!(hub.waiting(), followers.len(), "seed {seed}");
    drop(followers);
    assert_eq!(hub.waiting(), 0, "seed {seed}");
    (n_concerned, n_sought)
}

#[test]
fn who_is_told_is_whose_filter_passes_a_row() {
    let given = std::env::var("ROUTIER_SEED").ok().and_then(|text| text.parse().ok());
    let seeds = given.map_or(0..2_000, |seed| seed..seed + 1);
    let (mut n_concerned, mut n_sought) = (0, 0);
    for seed in seeds.clone() {
        let found = try_commits(seed);
        n_concerned += found.0;
        n_sought += found.1;
    }
    let n_seeds = seeds.count();
    assert!(
        n_concerned > n_seeds && n_sought > n_seeds,
        "{n_concerned} were told, {n_sought} were looked up"
    );
}
