//! Transactions: several open at a time, each beside a model of its own.

use super::answer::{Answer, Ask};
use super::coverage::Group;
use super::history::{History, Kinds};
use super::log::{Log, Overlay, Staged, State, Write, row};
use super::model::Key;
use super::passing::Chain;
use super::predict::{Inside, Predicted, Scene, predict};
use super::reading;
use super::statement::{Handle, Statement};
use super::table::{Found, Table};
use super::value::{at, at_mut};
use super::verdict::{LetGo, Noted};
use super::writing;
use crate::env::sync::Arc;
use crate::storage::Isolation;
use crate::store::{Transaction, TransactionOptions};
use crate::{Error, ErrorKind, Result};

/// How many are open at a time.
pub(super) const AT_A_TIME: usize = 3;

/// An open transaction.
pub(super) struct Open {
    pub(super) transaction: Transaction,
    /// By kind, as the next four.
    pub(super) tables: Vec<Box<dyn Table>>,
    /// What it sees.
    pub(super) state: State,
    pub(super) staged: Vec<Arc<Overlay>>,
    handles: Vec<Vec<Handle>>,
    brought: Vec<Vec<i128>>,
    pub(super) reads: Vec<Noted>,
    pub(super) let_go: Vec<LetGo>,
    /// How many commits its snapshot shows.
    pub(super) began: usize,
    pub(super) serializable: bool,
    pub(super) read_only: bool,
    pub(super) chain: Option<Chain>,
    /// The kind that it mostly has to do with.
    kind: usize,
    /// How many more steps it takes.
    left: u64,
    next_order: u64,
}

impl Open {
    fn scene<'a>(&'a self, kinds: &'a Kinds, log: &'a Log, kind: usize) -> Scene<'a> {
        let staged: &Arc<Overlay> = at(&self.staged, kind);
        let inside = Inside { number: log.number(self.began), staged, read_only: self.read_only };
        Scene {
            kind,
            sheet: at(kinds, kind).sheet(),
            rows: super::log::of(&self.state, kind),
            inside: Some(inside),
        }
    }

    /// Remembers a read.
    pub(super) fn note(&mut self, kind: usize, ask: Ask, answer: super::answer::Answered) {
        let own = Arc::clone(at(&self.staged, kind));
        self.reads.push(Noted { kind, ask, answer, own });
    }

    /// Stages what a statement wrote.
    fn stage(&mut self, kinds: &Kinds, writes: &[Write], given_by: u64) {
        for write in writes {
            let sheet = at(kinds, write.kind).sheet();
            let staged = write.cells.clone().map(|cells| row(sheet, Arc::clone(&write.key), cells, 0));
            if let Some(identity) = write.cells.as_ref().and_then(|cells| sheet.identity_of(cells)) {
                at_mut(&mut self.brought, write.kind).push(identity);
            }
            Arc::make_mut(at_mut(&mut self.state, write.kind)).put(&write.key, staged.clone());
            self.next_order += 1;
            let overlay = Arc::make_mut(at_mut(&mut self.staged, write.kind));
            let expect = overlay.get(&write.key).map_or(write.expect, |before| before.expect);
            if let Some(before) = overlay.get(&write.key).and_then(|before| before.row.as_ref()) {
                let groups = sheet.distinct.iter().cloned();
                let let_go = |group| LetGo { kind: write.kind, group, row: before.clone() };
                self.let_go.extend(groups.map(let_go));
            }
            if staged.is_none() && expect == super::log::Expect::Absent {
                // all that is left is that the key was seen to be free
                overlay.remove(&write.key);
                let own = Arc::new(Overlay::new());
                let ask = Ask::Get(Arc::clone(&write.key));
                self.reads.push(Noted { kind: write.kind, ask, answer: Ok(Answer::Row(None)), own });
                continue;
            }
            let staged = Staged { row: staged, expect, order: self.next_order, given_by };
            overlay.insert(Arc::clone(&write.key), staged);
        }
    }

    /// What it will commit, in the order of the rows' last writes.
    pub(super) fn writes(&self) -> Vec<Write> {
        let mut writes: Vec<(u64, Write)> = Vec::new();
        for (kind, staged) in self.staged.iter().enumerate() {
            for (key, staged) in staged.iter() {
                let cells = staged.row.as_ref().map(|row| row.cells.clone());
                writes
                    .push((staged.order, Write { kind, key: Arc::clone(key), cells, expect: staged.expect }));
            }
        }
        writes.sort_by_key(|(order, _)| *order);
        writes.into_iter().map(|(_, write)| write).collect()
    }
}

impl History {
    /// Begins a transaction, or goes on with one.
    pub(super) async fn transact(&mut self) -> Result<()> {
        if self.open.len() < AT_A_TIME {
            return self.open_transaction().await;
        }
        let mut open = self.open.swap_remove(self.rng.place(AT_A_TIME));
        if open.left == 0 {
            return self.end(open).await;
        }
        open.left -= 1;
        match self.rng.below(10) {
            0..=4 => self.write_inside(&mut open).await?,
            5 if open.chain.is_some() => self.page_inside(&mut open).await?,
            6 if self.rng.once_in(2) => self.blunder_inside(&mut open).await?,
            _ => self.read_inside(&mut open).await?,
        }
        self.open.push(open);
        Ok(())
    }

    async fn open_transaction(&mut self) -> Result<()> {
        let read_only = self.rng.once_in(12);
        let serializable = self.facts.serializable && !self.rng.once_in(6);
        let mut options = TransactionOptions::new();
        if read_only {
            options = options.read_only();
        }
        if !serializable {
            options = options.isolation(Isolation::Snapshot);
        }
        let store = if self.rng.once_in(4) { &self.other } else { &self.store };
        let transaction = store.begin_with(options).await?;
        let began = self.log.commits.len();
        assert_eq!(transaction.token()?.number(), self.log.number(began), "it begins at the present");
        let mut tables = Vec::new();
        for kind in self.kinds.iter() {
            tables.push(kind.of_transaction(&transaction).await?);
        }
        let (kind, left) = (self.any_kind(), 1 + self.rng.below(11));
        self.note(|| format!("begins a transaction after {began} commits: {serializable} {read_only}"));
        let each = self.kinds.iter();
        self.open.push(Open {
            transaction,
            tables,
            state: self.log.now().clone(),
            staged: each.clone().map(|_| Arc::default()).collect(),
            handles: each.clone().map(|_| Vec::new()).collect(),
            brought: each.map(|_| Vec::new()).collect(),
            reads: Vec::new(),
            let_go: Vec::new(),
            began,
            serializable,
            read_only,
            chain: None,
            kind,
            left,
            next_order: 0,
        });
        Ok(())
    }

    async fn read_inside(&mut self, open: &mut Open) -> Result<()> {
        let kind = self.any_kind_like(open.kind);
        let kinds = Arc::clone(&self.kinds);
        let sheet = at(&kinds, kind).sheet();
        let model = super::log::of(&open.state, kind);
        let ask = reading::any(sheet, model, &mut self.rng);
        self.note(|| format!("reads `{}` in a transaction after {}: {ask:?}", sheet.name, open.began));
        self.coverage.count(Group::Scopes, "transaction");
        let table = &**at(&open.tables, kind);
        let (found, expected) = Self::ask(&mut self.coverage, sheet, table, model, &ask).await;
        if let (Ask::Page(query, None, _), Ok(Found { cursor: Some(cursor), answer, .. })) = (&ask, &found) {
            open.chain = Chain::begin(kind, query, answer, cursor);
        }
        if let Ok(Found { handle: Some(row), .. }) = found {
            let key = Key::clone(&at(&kinds, kind).seen(&row).key);
            let staged = at(&open.staged, kind).get(&key);
            let given_by = staged.map_or(0, |staged| staged.given_by);
            self.keep_inside(open, kind, Handle { row, key, given_by });
        }
        open.note(kind, ask, expected);
        Ok(())
    }

    fn keep_inside(&mut self, open: &mut Open, kind: usize, handle: Handle) {
        let place = self.rng.place(5);
        let handles = at_mut(&mut open.handles, kind);
        match handles.get_mut(place) {
            Some(old) => *old = handle,
            None => handles.push(handle),
        }
    }

    async fn write_inside(&mut self, open: &mut Open) -> Result<()> {
        let kind = self.any_kind_like(open.kind);
        let kinds = Arc::clone(&self.kinds);
        let sheet = at(&kinds, kind).sheet();
        let handles = if self.rng.once_in(4) { at(&self.handles, kind) } else { at(&open.handles, kind) };
        let statement = writing::any(sheet, super::log::of(&open.state, kind), handles, &mut self.rng);
        self.note(|| format!("writes to {kind} in a transaction after {}: {statement:?}", open.began));
        self.coverage.count(Group::Writes, statement.name());
        self.coverage.count(Group::Scopes, "transaction");
        let mut predicted = predict(&open.scene(&kinds, &self.log, kind), &statement);
        self.try_identity(kind, &statement);
        let written = at(&open.tables, kind).write(&statement).await;
        self.unchanged();
        let told = written.as_ref().err().map(Error::kind);
        note_reads(open, &kinds, kind, (&statement, told), &predicted);
        let brought = at(&open.brought, kind).clone();
        let Some(written) = self.outcome(kind, &statement, &mut predicted, written, &brought) else {
            return Ok(());
        };
        self.n_given += 1;
        self.check_rows(kind, &predicted, &written, 0);
        if predicted.gives_rows {
            for (write, row) in predicted.writes.iter().zip(&written.rows) {
                let handle = Handle { row: row.clone(), key: Key::clone(&write.key), given_by: self.n_given };
                self.keep_inside(open, kind, handle.clone());
                if self.rng.once_in(3) {
                    self.keep(kind, handle);
                }
            }
        }
        open.stage(&kinds, &predicted.writes, self.n_given);
        Ok(())
    }
}

/// What a statement reads on its way, done or not.
fn note_reads(
    open: &mut Open,
    kinds: &Kinds,
    kind: usize,
    (statement, told): (&Statement, Option<ErrorKind>),
    predicted: &Predicted,
) {
    if open.read_only {
        return;
    }
    let sheet = at(kinds, kind).sheet();
    let ask = match statement {
        Statement::Modify(key, _) | Statement::RemoveKey(key) => Ask::Get(Arc::clone(key)),
        Statement::Upsert(cells)
            if sheet.has_fixed().is_some() && super::draw::flawed(sheet, cells).is_none() =>
        {
            Ask::Get(sheet.key_of(cells))
        }
        Statement::UpdateWhere(query, by, _) | Statement::RemoveWhere(query, by) => {
            Ask::Find(query.clone(), *by, super::answer::Terminal::All)
        }
        Statement::Insert(_) | Statement::InsertNew(_) | Statement::InsertMany(_)
            // one that found no identity to give has looked at no row
            if told == Some(ErrorKind::Duplicate) && !has_same_keys(predicted) =>
        {
            Ask::IsTaken(predicted.inserted.clone())
        }
        _ => return,
    };
    let answer = super::log::of(&open.state, kind).answer(sheet, &ask);
    open.note(kind, ask, answer);
}

/// Whether rows to be inserted have one key: then nothing is looked up.
fn has_same_keys(predicted: &Predicted) -> bool {
    let mut keys: Vec<&Key> = predicted.inserted.iter().map(|row| &row.key).collect();
    keys.sort();
    keys.windows(2).any(|pair| pair.first() == pair.last())
}
