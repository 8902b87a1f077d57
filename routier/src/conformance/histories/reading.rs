//! Reads, held against the model.

use super::answer::{Answer, Answered, Ask, By, Terminal};
use super::coverage::{Coverage, Group};
use super::draw;
use super::history::History;
use super::model::{Key, Model, Query};
use super::rng::Rng;
use super::sheet::{Form, Sheet};
use super::table::{Found, Table};
use super::value::{Value, at};
use crate::entity::IndexKind;
use crate::query::{Access, Plan};
use crate::{Error, Result};

/// Some read of a collection with these rows.
pub(super) fn any(sheet: &Sheet, model: &Model, rng: &mut Rng) -> Ask {
    match rng.below(16) {
        0 | 1 => Ask::Get(any_key(sheet, model, rng)),
        2 => Ask::GetByKey(any_key(sheet, model, rng)),
        3 => {
            let count = rng.below(4);
            Ask::GetMany((0..count).map(|_| any_key(sheet, model, rng)).collect())
        }
        4 => any_by(sheet, model, rng),
        5 => {
            let query = draw::paged(sheet, rng);
            Ask::Page(query, None, 1 + rng.below(5))
        }
        _ => {
            let mut query = draw::query(sheet, rng);
            let by = if rng.once_in(10) { By::Scan } else { By::Filter };
            let terminal = any_terminal(sheet, rng);
            if let Terminal::Sum(column) = terminal
                && sheet.column(column).is_wide
                && rng.once_in(2)
            {
                query = Query::of(super::test::Test::All);
            }
            Ask::Find(query, by, terminal)
        }
    }
}

fn any_terminal(sheet: &Sheet, rng: &mut Rng) -> Terminal {
    let sortable =
        |rng: &mut Rng| *rng.pick(&sheet.of_form(|form| !matches!(form, Form::Hidden | Form::List)));
    let number = |rng: &mut Rng| {
        let mut numbers = sheet.of_form(|form| form == Form::Number);
        if rng.once_in(2) && numbers.iter().any(|column| sheet.column(*column).is_wide) {
            numbers.retain(|column| sheet.column(*column).is_wide);
        }
        *rng.pick(&numbers)
    };
    match rng.below(15) {
        0..=2 => Terminal::All,
        3 => Terminal::First,
        4 => Terminal::One,
        5 => Terminal::Count,
        6 => Terminal::Exists,
        7 => Terminal::Keys,
        8 => Terminal::Stream,
        9 => Terminal::Min(sortable(rng)),
        10 => Terminal::Max(sortable(rng)),
        11 | 12 => Terminal::Sum(number(rng)),
        13 => Terminal::Average(number(rng)),
        _ => Terminal::Analyze,
    }
}

/// Some key, mostly one that is there.
pub(super) fn any_key(sheet: &Sheet, model: &Model, rng: &mut Rng) -> Key {
    if model.rows.is_empty() || rng.once_in(6) {
        return sheet.key.iter().map(|column| (sheet.column(*column).any)(rng)).collect();
    }
    let place = rng.place(model.rows.len());
    match model.rows.keys().nth(place) {
        Some(key) => Key::clone(key),
        None => panic!("there is no row {place}"),
    }
}

/// The values of a distinct group, mostly those of a row.
fn any_by(sheet: &Sheet, model: &Model, rng: &mut Rng) -> Ask {
    let group = rng.place(sheet.distinct.len());
    let columns = at(&sheet.distinct, group);
    let key = any_key(sheet, model, rng);
    let of_row = model
        .rows
        .get(&key)
        .map(|row| columns.iter().map(|column| at(&row.cells, *column).clone()).collect::<Vec<Value>>());
    let values = of_row.filter(|values| !values.iter().any(Value::is_none));
    let drawn = |rng: &mut Rng| columns.iter().map(|column| (sheet.column(*column).operand)(rng)).collect();
    Ask::GetBy(group, values.unwrap_or_else(|| drawn(rng)))
}

/// Counts what a read is made of.
pub(super) fn count(coverage: &mut Coverage, ask: &Ask) {
    coverage.count(Group::Reads, ask.name());
    match ask {
        Ask::Find(query, by, _) => {
            if *by == By::Scan {
                coverage.count(Group::Reads, "scan");
            } else {
                count_test(coverage, query);
            }
        }
        Ask::Page(query, ..) => count_test(coverage, query),
        _ => {}
    }
}

pub(super) fn count_test(coverage: &mut Coverage, query: &Query) {
    query.test.each(&mut |operator| coverage.count(Group::Operators, operator));
}

/// Every access path, and what may come with one.
pub(super) const PATHS: &[&str] = &[
    "nothing",
    "scan",
    "keys",
    "key range",
    "key range descending",
    "distinct",
    "index",
    "index descending",
    "elements",
    "union",
    "sorted",
    "in order",
];

/// Counts how a query is carried out.
pub(super) fn count_plan(coverage: &mut Coverage, plan: &Plan) {
    let path = match &plan.access {
        Access::Nothing => "nothing",
        Access::Scan => "scan",
        Access::Keys(_) => "keys",
        Access::KeyRange { descending: false, .. } => "key range",
        Access::KeyRange { descending: true, .. } => "key range descending",
        Access::Distinct { .. } => "distinct",
        Access::Index { index, descending, .. } => {
            let index = plan.descriptor.indexes.get(usize::from(*index));
            match (index.map(|index| index.kind), descending) {
                (Some(IndexKind::Elements), _) => "elements",
                (_, false) => "index",
                (_, true) => "index descending",
            }
        }
        Access::Union(_) => "union",
    };
    coverage.count(Group::Access, path);
    let order = if plan.needs_sort() { "sorted" } else { "in order" };
    coverage.count(Group::Access, order);
}

/// Fails unless a read gave what it should.
pub(super) fn agree(sheet: &Sheet, model: &Model, ask: &Ask, found: &Result<Found>, expected: &Answered) {
    match (found, expected) {
        (Ok(found), Ok(expected)) => {
            if let (Ask::GetBy(group, values), Answer::Row(Some(row))) = (ask, &found.answer) {
                // a transaction that is not at its end may have several
                let all = model.by(sheet, *group, values);
                assert!(all.contains(row), "{ask:?} of `{}` gave {row:?} of {all:?}", sheet.name);
                return;
            }
            assert_eq!(found.answer, *expected, "{ask:?} of `{}`", sheet.name);
        }
        (Err(error), Err(kind)) => {
            assert_eq!(error.kind(), *kind, "{ask:?} of `{}`: {error}", sheet.name);
            assert!(!error.is_retryable(), "{error}");
        }
        (Ok(found), Err(kind)) => {
            panic!("{ask:?} of `{}` gave {:?} where {kind:?} is right", sheet.name, found.answer)
        }
        (Err(error), Ok(expected)) => {
            panic!("{ask:?} of `{}` failed, where {expected:?} is right: {error}", sheet.name)
        }
    }
}

impl History {
    /// Asks a table, which should have the rows of `model`.
    pub(super) async fn ask(
        coverage: &mut Coverage,
        sheet: &Sheet,
        table: &dyn Table,
        model: &Model,
        ask: &Ask,
    ) -> (Result<Found>, Answered) {
        count(coverage, ask);
        let expected = model.answer(sheet, ask);
        let found = table.ask(ask).await;
        agree(sheet, model, ask, &found, &expected);
        match &found {
            Ok(Found { plan: Some(plan), .. }) => count_plan(coverage, plan),
            Ok(_) => {}
            Err(error) => coverage.count(Group::Errors, super::refusal::name(error)),
        }
        (found, expected)
    }

    /// Some read of the store, or of an older state.
    pub(super) async fn read(&mut self) -> Result<(), Error> {
        let kind = self.any_kind();
        let kinds = crate::env::sync::Arc::clone(&self.kinds);
        let sheet = at(&kinds, kind).sheet();
        let held = if self.rng.once_in(3) { self.any_snapshot() } else { None };
        let (table, model) = match held {
            Some(place) => {
                let held = at(&self.snapshots, place);
                self.coverage.count(Group::Scopes, "snapshot");
                (&**at(&held.tables, kind), super::log::of(self.log.after(held.n_commits), kind))
            }
            None => {
                self.coverage.count(Group::Scopes, "store");
                (&**at(&self.tables, kind), super::log::of(self.log.now(), kind))
            }
        };
        let ask = any(sheet, model, &mut self.rng);
        if let Some(notes) = &self.notes {
            notes.lock().push(format!("reads `{}` of {held:?}: {ask:?}", sheet.name));
        }
        let (found, _) = Self::ask(&mut self.coverage, sheet, table, model, &ask).await;
        if let Ask::Find(query, By::Filter, _) = &ask {
            self.coverage.count(Group::Reads, "explain");
            count_plan(&mut self.coverage, &table.explain(query).await?);
        }
        let is_present = held.is_none();
        if let Ok(Found { handle: Some(row), .. }) = found {
            let key = at(&kinds, kind).seen(&row).key.clone();
            if is_present || self.rng.once_in(4) {
                self.keep(kind, super::statement::Handle { row, key, given_by: 0 });
            }
        }
        Ok(())
    }

    fn any_snapshot(&mut self) -> Option<usize> {
        let count = self.snapshots.len();
        if count == 0 { None } else { Some(self.rng.place(count)) }
    }
}
