//! Windows against the query that they stand for, over random commits, some of which nobody tells them of.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::fake::{PLAYERS, Player, SCORE};
use super::random::Dice;
use crate::entity::{AnyRow, Versioned};
use crate::env::sync::{Arc, AtomicUsize};
use crate::feed::window::{Shift, Window, shifts};
use crate::query::{OrderTerm, Predicate, eval};
use crate::storage::RowChange;
use crate::value::Datum;

struct Model {
    rows: BTreeMap<u64, AnyRow>,
    filter: Predicate,
    order: Vec<OrderTerm>,
    version: u64,
}

impl Model {
    fn row(&mut self, id: u64, score: u64) -> AnyRow {
        self.version += 1;
        AnyRow::new(Versioned::new(Player { id, score, reads: Arc::new(AtomicUsize::new(0)) }, self.version))
    }

    /// The rows of the query, all of them.
    fn all(&self) -> Vec<AnyRow> {
        let passing = self.rows.values().filter(|row| eval::matches(&self.filter, *row));
        let mut rows: Vec<AnyRow> = passing.cloned().collect();
        rows.sort_by(|one, other| eval::compare(one, other, &self.order, one.descriptor()));
        rows
    }

    fn shown(&self, offset: usize, limit: usize) -> Vec<usize> {
        self.all().iter().skip(offset).take(limit).map(AnyRow::address).collect()
    }

    fn commit(&mut self, dice: &mut Dice) -> Vec<RowChange> {
        let mut ids: Vec<u64> = (0..1 + dice.below(4)).map(|_| dice.below(24)).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut changes = Vec::new();
        for id in ids {
            let after = (dice.below(3) > 0).then(|| self.row(id, dice.below(12)));
            let before = match &after {
                Some(row) => self.rows.insert(id, row.clone()),
                None => self.rows.remove(&id),
            };
            changes.extend(RowChange::new(PLAYERS, before, after));
        }
        changes
    }
}

/// The rows of a commit that pass the filter.
fn passing<'a>(changes: &'a [RowChange], filter: &'a Predicate) -> impl Iterator<Item = &'a AnyRow> {
    let rows = changes.iter().flat_map(|change| [&change.before, &change.after]).flatten();
    rows.filter(|row| eval::matches(filter, *row))
}

fn apply(shown: &mut Vec<usize>, shifts: Vec<Shift>) {
    for shift in shifts {
        match shift {
            Shift::Left(row) => {
                let place = shown.iter().position(|other| *other == row.address()).expect("it was shown");
                shown.remove(place);
            }
            Shift::Stays(before, after) => {
                assert_eq!(before.read(0).to_datum(), after.read(0).to_datum(), "it is one row");
                let place = shown.iter_mut().find(|other| **other == before.address()).expect("it was shown");
                *place = after.address();
            }
            Shift::Entered(row) => shown.push(row.address()),
        }
    }
}

fn check(seed: u64) -> (u32, u32) {
    let dice = &mut Dice::new(seed);
    let order = [vec![], vec![OrderTerm { field: SCORE, descending: dice.below(2) == 0 }]];
    let order = order[dice.below(2) as usize].clone();
    let low = Bound::Included(Datum::UInt(dice.below(6)));
    let filter = Predicate::Within { field: SCORE, low, high: Bound::Unbounded };
    let (offset, limit) = (dice.below(3), dice.below(6));
    let mut model = Model { rows: BTreeMap::new(), filter, order, version: 0 };
    (0..dice.below(9)).for_each(|_| drop(model.commit(dice)));

    let filter = Arc::new(model.filter.clone());
    let mut window =
        Window::new(PLAYERS, Arc::clone(&filter), model.order.as_slice().into(), offset, Some(limit));
    window.begin(model.all().into_iter().take(window.wanted()).collect());
    let (edge, offset, limit) = (window.edge(), offset as usize, limit as usize);
    let mut said: Vec<usize> = window.shown().iter().map(AnyRow::address).collect();
    let (mut n_fetched, mut n_unheard) = (0, 0);
    for _ in 0..60 {
        let changes = model.commit(dice);
        // As whoever announces the commit finds.
        let is_heard = passing(&changes, &filter).any(|row| edge.holds(row));
        n_unheard += u32::from(!is_heard && passing(&changes, &filter).next().is_some());
        if is_heard {
            let before = window.shown().to_vec();
            window.apply(&changes);
            while let Some((from, asked)) = window.lacks() {
                n_fetched += 1;
                // What is committed while rows are fetched is of concern wherever it lies, and is in what is fetched.
                let meanwhile = model.commit(dice);
                assert!(
                    !meanwhile.iter().any(|change| change.after.as_ref().is_some_and(|row| !edge.holds(row)))
                );
                window.apply(&meanwhile);
                let behind =
                    |row: &AnyRow| eval::compare_position(row, &from, &model.order, row.descriptor()).is_gt();
                let rows = model.all().into_iter().filter(behind).take(asked).collect();
                window.extend(rows, asked);
            }
            window.trim();
            apply(&mut said, shifts(&before, window.shown()));
        }
        let expected = model.shown(offset, limit);
        let shown: Vec<usize> = window.shown().iter().map(AnyRow::address).collect();
        assert_eq!(shown, expected, "seed {seed}");
        said.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(said, expected, "seed {seed}: what was said comes to what is shown");
        assert!(window.n_known() <= 2 * window.wanted(), "seed {seed}: {} rows are kept", window.n_known());
    }
    (n_fetched, n_unheard)
}

#[test]
fn a_window_shows_what_the_query_gives() {
    let (mut n_fetched, mut n_unheard) = (0, 0);
    for seed in 0..600 {
        let (fetched, unheard) = check(seed);
        n_fetched += fetched;
        n_unheard += unheard;
    }
    assert!(n_fetched > 300 && n_unheard > 300, "{n_fetched} fetches, {n_unheard} commits unheard of");
}
