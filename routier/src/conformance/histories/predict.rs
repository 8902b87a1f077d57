//! What a statement does, said before it is made.

use super::draw::flawed;
use super::log::{Expect, Overlay, Write, row};
use super::model::{Key, Model, Row};
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::statement::{Edit, Handle, Statement};
use super::value::{Value, at, at_mut};
use crate::ErrorKind;
use crate::env::sync::Arc;

/// Where a statement is made, as the model has it.
pub(super) struct Scene<'a> {
    pub(super) kind: usize,
    pub(super) sheet: &'a Sheet,
    /// The rows that it sees.
    pub(super) rows: &'a Model,
    /// `None` in the scope of the store.
    pub(super) inside: Option<Inside<'a>>,
}

/// What is different in a transaction.
pub(super) struct Inside<'a> {
    /// The number of the snapshot.
    pub(super) number: u64,
    pub(super) staged: &'a Overlay,
    pub(super) read_only: bool,
}

/// What will come of a statement.
#[derive(Debug, Default)]
pub(super) struct Predicted {
    /// It fails in one of these ways, where there is one.
    pub(super) refused: Vec<Refusal>,
    pub(super) writes: Vec<Write>,
    /// The row that it gives as it was, if it gives such a row.
    pub(super) gone: Option<Row>,
    /// Whether it gives the rows that it wrote.
    pub(super) gives_rows: bool,
    /// The rows that it tried to insert.
    pub(super) inserted: Vec<Row>,
}

impl Predicted {
    fn refuse(&mut self, kind: ErrorKind) {
        self.refused.push(Refusal::of(kind));
    }
}

/// What comes of a statement. Where the store gives the identity the writes have none.
pub(super) fn predict(scene: &Scene<'_>, statement: &Statement) -> Predicted {
    let mut predicted = Predicted::default();
    if scene.inside.as_ref().is_some_and(|inside| inside.read_only) {
        predicted.refuse(ErrorKind::Unsupported);
    }
    match statement {
        Statement::Insert(cells) => scene.insert(std::slice::from_ref(cells), &mut predicted),
        Statement::InsertNew(cells) => {
            let mut cells = cells.clone();
            if let Some(column) = scene.sheet.identity {
                *at_mut(&mut cells, column) = Value::None;
            }
            scene.insert(&[cells], &mut predicted);
        }
        Statement::InsertMany(rows) => scene.insert(rows, &mut predicted),
        Statement::Upsert(cells) => scene.upsert(cells, &mut predicted),
        Statement::Update(handle, edit) => {
            scene.check_handle(handle, &mut predicted);
            scene.edit(&handle.key, edit, &mut predicted);
            predicted.gives_rows = true;
        }
        Statement::Modify(key, edit) => {
            if !scene.rows.rows.contains_key(key) {
                predicted.refuse(ErrorKind::NotFound);
            }
            scene.edit(key, edit, &mut predicted);
            predicted.gives_rows = true;
        }
        Statement::Remove(handle) => {
            scene.check_handle(handle, &mut predicted);
            scene.remove(&handle.key, &mut predicted);
        }
        Statement::RemoveKey(key) => {
            predicted.gone = scene.rows.rows.get(key).cloned();
            scene.remove(key, &mut predicted);
        }
        Statement::UpdateWhere(query, _, edit) => {
            for row in scene.rows.all(query) {
                scene.edit(&row.key, edit, &mut predicted);
            }
        }
        Statement::RemoveWhere(query, _) => {
            for row in scene.rows.all(query) {
                scene.remove(&row.key, &mut predicted);
            }
        }
    }
    if scene.inside.is_none() && predicted.refused.is_empty() {
        scene.check_distinct(&mut predicted);
    }
    predicted
}

impl Scene<'_> {
    fn write(&self, key: &Key, cells: Option<Vec<Value>>, expect: Expect) -> Write {
        Write { kind: self.kind, key: Arc::clone(key), cells, expect }
    }

    fn insert(&self, rows: &[Vec<Value>], predicted: &mut Predicted) {
        let staged = |cells: &Vec<Value>| row(self.sheet, self.sheet.key_of(cells), cells.clone(), 0);
        for cells in rows {
            match flawed(self.sheet, cells) {
                Some(kind) => predicted.refuse(kind),
                None => predicted.inserted.push(staged(cells)),
            }
        }
        if predicted.inserted.len() == rows.len() && self.rows.clashes(self.sheet, &predicted.inserted) {
            predicted.refuse(ErrorKind::Duplicate);
        }
        for cells in rows {
            let key = self.sheet.key_of(cells);
            predicted.writes.push(self.write(&key, Some(cells.clone()), Expect::Absent));
        }
        predicted.gives_rows = true;
    }

    fn upsert(&self, cells: &[Value], predicted: &mut Predicted) {
        if let Some(kind) = flawed(self.sheet, cells) {
            predicted.refuse(kind);
        }
        let key = self.sheet.key_of(cells);
        let mut expect = Expect::Anything;
        if let Some(identity) = self.sheet.has_fixed() {
            let before = self.rows.rows.get(&key);
            expect = before.map_or(Expect::Absent, |before| Expect::Version(before.version));
            if before.is_some_and(|before| at(&before.cells, identity) != at(cells, identity)) {
                predicted.refuse(ErrorKind::Invalid);
            }
        }
        predicted.writes.push(self.write(&key, Some(cells.to_vec()), expect));
        predicted.gives_rows = true;
    }

    /// Changes a row that is there.
    fn edit(&self, key: &Key, edit: &Edit, predicted: &mut Predicted) {
        if edit.fails {
            predicted.refuse(ErrorKind::Other);
        }
        let Some(before) = self.rows.rows.get(key) else {
            // what the closure makes of a stale row may be refused before the row is found to be stale
            if edit.set.iter().any(|(column, _)| self.sheet.is_fixed(*column)) {
                predicted.refuse(ErrorKind::Invalid);
            }
            predicted.refused.extend(self.flaw_of(edit));
            return;
        };
        let mut cells = before.cells.clone();
        edit.apply(&mut cells);
        let is_fixed = |(column, _): &(usize, Value)| {
            self.sheet.is_fixed(*column) && at(&cells, *column) != at(&before.cells, *column)
        };
        if edit.set.iter().any(is_fixed) {
            predicted.refuse(ErrorKind::Invalid);
        }
        predicted.refused.extend(self.flaw_of(edit));
        let expect = Expect::Version(before.version);
        predicted.writes.push(self.write(key, Some(cells), expect));
    }

    fn flaw_of(&self, edit: &Edit) -> Option<Refusal> {
        let flaw = edit.set.iter().find_map(|(column, value)| {
            let mut cells = vec![Value::None; self.sheet.columns.len()];
            *at_mut(&mut cells, *column) = value.clone();
            flawed(self.sheet, &cells)
        });
        flaw.map(Refusal::of)
    }

    fn remove(&self, key: &Key, predicted: &mut Predicted) {
        if let Some(before) = self.rows.rows.get(key) {
            predicted.writes.push(self.write(key, None, Expect::Version(before.version)));
        }
    }

    /// Refuses a handle that is not of the row that is there.
    fn check_handle(&self, handle: &Handle, predicted: &mut Predicted) {
        let version = handle.row.version();
        let present = self.rows.rows.get(&handle.key);
        let actual = present.map(|row| row.version);
        let refusal = match &self.inside {
            None if version == 0 => Some(Refusal::version(None, false)),
            None => (actual != Some(version)).then(|| Refusal::version(actual, false)),
            Some(inside) => {
                let is_current = match inside.staged.get(&handle.key) {
                    Some(staged) => staged.row.is_some() && staged.given_by == handle.given_by,
                    None => version != 0 && actual == Some(version),
                };
                (!is_current).then(|| Refusal::version(actual, version > inside.number))
            }
        };
        predicted.refused.extend(refusal);
    }

    /// Of the outcome, no two rows share a distinct value: a statement of the store is a commit of its own.
    fn check_distinct(&self, predicted: &mut Predicted) {
        let mut after = self.rows.clone();
        let mut written = Vec::new();
        for write in &predicted.writes {
            let staged = write.cells.clone().map(|cells| row(self.sheet, Arc::clone(&write.key), cells, 0));
            after.put(&write.key, staged.clone());
            written.extend(staged);
        }
        if written.iter().any(|row| after.shares(self.sheet, row)) {
            predicted.refuse(ErrorKind::Duplicate);
        }
    }
}
