//! Writes, held against what was predicted of them.

use std::future::poll_fn;
use std::task::Poll;

use super::answer::By;
use super::column::Later;
use super::coverage::Group;
use super::draw;
use super::history::History;
use super::model::{Key, Model, Query};
use super::predict::{Predicted, Scene, predict};
use super::reading::any_key;
use super::refusal::Refusal;
use super::rng::Rng;
use super::sheet::Sheet;
use super::statement::{Edit, Handle, Statement};
use super::table::Written;
use super::test::Test;
use super::value::{Value, at, at_mut};
use crate::env::sync::Arc;
use crate::storage::Origin;
use crate::{AnyRow, Error, ErrorKind, Result};

/// Some statement.
pub(super) fn any(sheet: &Sheet, model: &Model, handles: &[Handle], rng: &mut Rng) -> Statement {
    let by = |rng: &mut Rng| if rng.once_in(8) { By::Scan } else { By::Filter };
    let handle = |rng: &mut Rng| (!handles.is_empty()).then(|| rng.pick(handles).clone());
    match rng.below(24) {
        0..=3 => Statement::Insert(new_cells(sheet, model, rng)),
        4 | 5 => Statement::InsertNew(new_cells(sheet, model, rng)),
        6 => {
            let count = rng.below(4);
            Statement::InsertMany((0..count).map(|_| new_cells(sheet, model, rng)).collect())
        }
        7..=10 => Statement::Upsert(any_cells(sheet, model, rng)),
        11..=14 => match handle(rng) {
            Some(handle) => Statement::Update(handle, any_edit(sheet, rng)),
            None => Statement::Modify(any_key(sheet, model, rng), any_edit(sheet, rng)),
        },
        15..=17 => Statement::Modify(any_key(sheet, model, rng), any_edit(sheet, rng)),
        18 | 19 => match handle(rng) {
            Some(handle) => Statement::Remove(handle),
            None => Statement::RemoveKey(any_key(sheet, model, rng)),
        },
        20 | 21 => Statement::RemoveKey(any_key(sheet, model, rng)),
        22 => {
            let query = if rng.once_in(4) { Query::of(Test::All) } else { draw::query(sheet, rng) };
            Statement::UpdateWhere(query, by(rng), any_edit(sheet, rng))
        }
        _ => {
            let mut query = draw::query(sheet, rng);
            query.limit = query.limit.or(Some(4));
            Statement::RemoveWhere(query, by(rng))
        }
    }
}

/// The values of a row that can mostly be inserted.
fn new_cells(sheet: &Sheet, model: &Model, rng: &mut Rng) -> Vec<Value> {
    let mut cells = any_cells(sheet, model, rng);
    for _ in 0..rng.below(4) {
        if !model.rows.contains_key(&sheet.key_of(&cells)) {
            break;
        }
        for column in &sheet.key {
            *at_mut(&mut cells, *column) = (sheet.column(*column).any)(rng);
        }
    }
    cells
}

/// The values of a row, now and then with one that is refused.
fn any_cells(sheet: &Sheet, model: &Model, rng: &mut Rng) -> Vec<Value> {
    let mut cells = sheet.any(rng);
    // the row that is there, with the identity that it has
    if let Some(identity) = sheet.has_fixed()
        && rng.once_in(2)
    {
        let key = any_key(sheet, model, rng);
        if let Some(row) = model.rows.get(&key) {
            for column in sheet.key.iter().chain([&identity]) {
                *at_mut(&mut cells, *column) = at(&row.cells, *column).clone();
            }
        }
    }
    if rng.once_in(30)
        && let Some((column, value)) = draw::flaw(sheet, rng)
    {
        *at_mut(&mut cells, column) = value;
    }
    cells
}

fn any_edit(sheet: &Sheet, rng: &mut Rng) -> Edit {
    let mut edit = Edit::default();
    let free: Vec<usize> = (0..sheet.columns.len()).filter(|column| !sheet.is_fixed(*column)).collect();
    for _ in 0..=rng.below(3) {
        let column = *rng.pick(&free);
        let is_distinct = sheet.distinct.iter().any(|group| group.contains(&column));
        if !is_distinct || rng.once_in(3) {
            edit.set.push((column, (sheet.column(column).any)(rng)));
        }
    }
    match rng.below(40) {
        0 => edit.fails = true,
        1 => edit.set.extend(draw::flaw(sheet, rng)),
        2 => {
            let column = *rng.pick(&sheet.key);
            edit.set.push((column, (sheet.column(column).any)(rng)));
        }
        3 => {
            let fixed = sheet.identity.into_iter().chain(sheet.version);
            edit.set.extend(fixed.map(|column| (column, Value::Int(7_777_777))));
        }
        _ => {}
    }
    edit
}

impl History {
    /// Some write of the store.
    pub(super) async fn write(&mut self) -> Result<()> {
        let kind = self.any_kind();
        let handles = at(&self.handles, kind);
        let statement =
            any(at(&self.kinds, kind).sheet(), super::log::of(self.log.now(), kind), handles, &mut self.rng);
        self.write_this(kind, statement).await
    }

    pub(super) async fn write_this(&mut self, kind: usize, statement: Statement) -> Result<()> {
        self.note(|| format!("writes to {kind}: {statement:?}"));
        self.coverage.count(Group::Writes, statement.name());
        self.coverage.count(Group::Scopes, "store");
        let scene = Scene { kind, sheet: self.sheet(kind), rows: self.model(kind), inside: None };
        let mut predicted = predict(&scene, &statement);
        self.try_identity(kind, &statement);
        let is_other = self.rng.once_in(4);
        let (store, tables) =
            if is_other { (&self.other, &self.other_tables) } else { (&self.store, &self.tables) };
        let origin = store.origin().clone();
        let mut writing = at(tables, kind).write(&statement);
        let mut polls = u64::MAX;
        if self.facts.waits && self.rng.once_in(20) && !matches!(statement, Statement::InsertNew(_)) {
            polls = 1 + self.rng.below(8);
        }
        let written = match polled(&mut writing, polls).await {
            Some(written) => written,
            None => {
                drop(writing);
                self.settle().await;
                self.dropped_write(&predicted, &origin);
                return Ok(());
            }
        };
        drop(writing);
        let Some(written) = self.outcome(kind, &statement, &mut predicted, written, &[]) else {
            self.unchanged();
            return Ok(());
        };
        let number = self.store.token().number();
        self.committed(&predicted.writes, &origin);
        self.check_rows(kind, &predicted, &written, number);
        if predicted.gives_rows {
            for (write, row) in predicted.writes.iter().zip(&written.rows) {
                self.keep(kind, Handle { row: row.clone(), key: Key::clone(&write.key), given_by: 0 });
            }
        }
        Ok(())
    }

    /// A statement that was dropped is done or not.
    fn dropped_write(&mut self, predicted: &Predicted, origin: &Origin) {
        let is_done = self.store.token().number() != self.log.last_number();
        self.note(|| format!("drops it, done: {is_done}"));
        if is_done {
            assert!(predicted.refused.is_empty(), "it was done, where {:?} is right", predicted.refused);
            self.committed(&predicted.writes, origin);
        }
        let ending = if is_done { "write dropped: done" } else { "write dropped: not done" };
        self.coverage.count(Group::Endings, ending);
    }

    /// Takes note of who tries to write the last identity.
    pub(super) fn try_identity(&mut self, kind: usize, statement: &Statement) {
        let sheet = at(&self.kinds, kind).sheet();
        let is_last = |cells: &Vec<Value>| sheet.identity_of(cells) == Some(sheet.last);
        let is_tried = match statement {
            Statement::Insert(cells) | Statement::Upsert(cells) => is_last(cells),
            Statement::InsertMany(rows) => rows.iter().any(is_last),
            _ => false,
        };
        at_mut(&mut self.identities, kind).was_last_tried |= is_tried;
    }

    /// What the statement gave, if it was right that it did: `None` where it was right to fail. `brought` are identities
    /// that a transaction has staged.
    pub(super) fn outcome(
        &mut self,
        kind: usize,
        statement: &Statement,
        predicted: &mut Predicted,
        written: Result<Written>,
        brought: &[i128],
    ) -> Option<Written> {
        let identities = *at(&self.identities, kind);
        let is_given = matches!(statement, Statement::InsertNew(_)) && self.sheet(kind).identity.is_some();
        if is_given && identities.was_last_committed {
            predicted.refused = vec![Refusal::of(ErrorKind::Exhausted)];
        }
        match written {
            Ok(written) => {
                assert!(
                    predicted.refused.is_empty(),
                    "it was done, where {:?} is right: {statement:?}",
                    predicted.refused
                );
                if is_given {
                    self.complete(kind, predicted, &written, brought);
                }
                Some(written)
            }
            Err(error) => {
                let may_exhaust = is_given && identities.was_last_tried;
                let is_exhausted = may_exhaust && error.kind() == ErrorKind::Exhausted;
                self.check_error(kind, &error, is_exhausted, predicted, statement);
                None
            }
        }
    }

    fn check_error(
        &mut self,
        kind: usize,
        error: &Error,
        is_exhausted: bool,
        predicted: &Predicted,
        statement: &Statement,
    ) {
        let is_right = is_exhausted || predicted.refused.iter().any(|refusal| refusal.fits(error));
        assert!(is_right, "{error:?}, where {:?} is right: {statement:?}", predicted.refused);
        if error.kind() == ErrorKind::Other {
            assert!(error.downcast_ref::<super::table::Deliberate>().is_some(), "{error:?}");
        } else if error.kind() != ErrorKind::Unsupported {
            assert_eq!(error.collection(), Some(self.sheet(kind).name), "{error:?}: {statement:?}");
        }
        self.count_error(error);
    }

    /// Takes the identity that the store gave, which nobody was given before.
    fn complete(&mut self, kind: usize, predicted: &mut Predicted, written: &Written, brought: &[i128]) {
        let sheet = at(&self.kinds, kind).sheet();
        let row = at(&self.kinds, kind).seen(at(&written.rows, 0));
        let identities = at_mut(&mut self.identities, kind);
        let Some(given) = sheet.identity_of(&row.cells) else { panic!("{row:?} has no identity") };
        let greatest = brought.iter().fold(identities.greatest, |greatest, brought| greatest.max(*brought));
        assert!(given > greatest.max(0), "the identity {given} was given after {greatest}");
        identities.greatest = given;
        identities.was_last_tried |= given == sheet.last;
        let Some(column) = sheet.identity else { return };
        for write in &mut predicted.writes {
            if let Some(cells) = &mut write.cells {
                *at_mut(cells, column) = Value::Int(given);
                write.key = sheet.key_of(cells);
            }
        }
    }

    /// Whether the rows that a statement gave are those that it should.
    pub(super) fn check_rows(&self, kind: usize, predicted: &Predicted, written: &Written, version: u64) {
        if let Some(count) = written.count {
            assert_eq!(count, predicted.writes.len() as u64, "the count that it gave");
        }
        let kind = at(&self.kinds, kind);
        let seen: Vec<_> = written.rows.iter().map(|row: &AnyRow| kind.seen(row)).collect();
        let mut expected = Vec::new();
        if predicted.gives_rows {
            for write in &predicted.writes {
                let cells = write.cells.clone().unwrap_or_default();
                expected.push(super::log::row(kind.sheet(), Arc::clone(&write.key), cells, version));
            }
        }
        expected.extend(predicted.gone.clone());
        if !predicted.gives_rows && predicted.gone.is_none() {
            assert!(seen.is_empty(), "{seen:?}");
            return;
        }
        assert_eq!(seen, expected, "the rows that it gave");
    }
}

/// What a statement gives, if it does so within so many polls.
async fn polled(writing: &mut Later<'_, Result<Written>>, polls: u64) -> Option<Result<Written>> {
    let mut left = polls;
    poll_fn(|context| {
        left -= 1;
        match writing.as_mut().poll(context) {
            Poll::Ready(written) => Poll::Ready(Some(written)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
