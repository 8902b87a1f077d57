//! A commit from the write set to the answer.

use crate::entity::{Entity, Versioned};
use crate::env::promise::Promised;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::memory::core::Pin;
use crate::memory::engine::Engine;
use crate::memory::live::Archived;
use crate::memory::pending::{Committed, poisoned};
use crate::memory::table::Table;
use crate::memory::view::MemorySnapshot;
use crate::memory::work::{TypedWork, Work, Works};
use crate::storage::{
    Answer, CommitRecord, Completion, Expect, Isolation, Log, Origin, Reads, RowChanges, Snapshot,
    TransactionId, Write, WriteSet, changed, check_reads,
};

/// Up to so many changes are installed under all locks at once.
const AT_ONCE: usize = if cfg!(any(test, routier_shuttle)) { 3 } else { 32 };

/// Where a commit stands when its turn is over.
enum Turned {
    /// Visible.
    Visible(Arc<CommitRecord>),
    /// Not visible before the log says so.
    Pending(Promised<Committed>),
    /// It changed nothing; and has seen what is pending, or there is nothing.
    Nothing(Arc<CommitRecord>, Option<Promised<Committed>>),
    /// It was refused, by what is pending or by what is visible.
    Refused(Error, Option<Promised<Committed>>),
}

/// What a commit has to be validated against.
struct Premises {
    snapshot: u64,
    transaction: Option<TransactionId>,
    isolation: Isolation,
    reads: Reads,
    /// Up to this number the filters have been checked already.
    checked: u64,
    /// What keeps the state at `snapshot`, and the history since.
    held: Option<Arc<dyn Snapshot>>,
    /// The same once everything is checked, where nobody else reads there.
    left: Option<Pin>,
}

impl Premises {
    /// Lets go of the state that was read. The pin is dropped with the premises, outside of the turn.
    fn leave(&mut self) {
        self.left = self.held.take().and_then(MemorySnapshot::into_pin);
        if let Some(pin) = &mut self.left {
            pin.leave();
        }
    }
}

impl Engine {
    /// Commits what a transaction or a statement writes. `held` is the snapshot that the transaction read at: where only
    /// the committer has it, what the commit replaces does not have to be kept for it.
    pub(crate) fn commit(
        self: &Arc<Self>,
        set: WriteSet,
        held: Option<Arc<dyn Snapshot>>,
    ) -> Answer<'static, Committed> {
        let WriteSet { snapshot, origin, transaction, isolation, writes, reads } = set;
        if writes.is_empty() {
            return Answer::Ready(Ok(self.unchanged(origin)));
        }
        let checked = snapshot;
        let mut premises = Premises { snapshot, transaction, isolation, reads, checked, held, left: None };
        match self.prepare(writes) {
            Ok(mut works) => self.carry_out(&mut works, origin, &mut premises),
            Err(error) => Answer::Ready(Err(error)),
        }
    }

    /// Commits one row, typed: a statement of its own, as [`Engine::commit`] does it, with less to prepare.
    pub(crate) fn put<E: Entity>(
        self: &Arc<Self>,
        table: &Arc<Table<E>>,
        row: Versioned<E>,
        expect: Expect,
        origin: Origin,
    ) -> Answer<'static, Committed> {
        let work: Box<dyn Work> = Box::new(TypedWork::of_one(Arc::clone(table), row, expect));
        let (snapshot, transaction, isolation) = (u64::MAX, None, Isolation::Snapshot);
        let (reads, checked, held) = (Reads::default(), snapshot, None);
        let mut premises = Premises { snapshot, transaction, isolation, reads, checked, held, left: None };
        // It outlives the turn, so that no row is dropped within.
        self.carry_out(&mut Works::from_buf([work]), origin, &mut premises)
    }

    fn carry_out(
        self: &Arc<Self>,
        works: &mut Works,
        origin: Origin,
        premises: &mut Premises,
    ) -> Answer<'static, Committed> {
        match self.turn(works, origin, premises) {
            Ok(Turned::Visible(record)) => {
                self.tell(&record);
                self.core.clean();
                Answer::Ready(Ok(record))
            }
            Ok(Turned::Nothing(record, None)) => Answer::Ready(Ok(record)),
            Ok(Turned::Pending(answer)) => {
                self.settle();
                Answer::later(answer)
            }
            Ok(Turned::Nothing(_, Some(answer))) => Answer::later(answer),
            Ok(Turned::Refused(error, None)) => Answer::Ready(Err(error)),
            // Whoever is told of a conflict and looks again has to see what he lost against.
            Ok(Turned::Refused(error, Some(seen))) => {
                Answer::later(async move { seen.await.and(Err(error)) })
            }
            Err(error) => {
                // Where the log refused it, others may have completed meanwhile.
                self.settle();
                Answer::Ready(Err(error))
            }
        }
    }

    /// Waits for the turn, validates, numbers and installs.
    fn turn(self: &Arc<Self>, works: &mut Works, origin: Origin, premises: &mut Premises) -> Result<Turned> {
        // Most of the work on the filters is done before the turn; what else is wrong is said first.
        let filters = self.check_filters(premises);
        let mut turn = self.core.line.turn();
        if turn.closed {
            return Err(Error::closed());
        }
        if self.pending.is_poisoned() {
            return Err(poisoned());
        }
        if let Err(error) = self.validate(works, premises, filters) {
            let seen = self.log.as_ref().and_then(|_| self.pending.look_on(&self.unchanged(origin)));
            return Ok(Turned::Refused(error, seen));
        }
        let n_changes: usize = works.iter_mut().map(|work| work.shake_out()).sum();
        if n_changes == 0 {
            let record = self.unchanged(origin);
            let answer = self.pending.look_on(&record);
            return Ok(Turned::Nothing(record, answer));
        }
        premises.leave();
        turn.last += 1;
        let number = turn.last;
        works.iter_mut().for_each(|work| work.stamp(number));
        let record =
            CommitRecord::new(number, origin, report(works, n_changes)).made_by(premises.transaction);
        let record = Arc::new(record.following(turn.previous, turn.n_changes));
        let pending = match &self.log {
            Some(log) => self.append(log, &record, works)?,
            None => None,
        };
        turn.previous = number;
        turn.n_changes += n_changes as u64;
        if let Some(answer) = pending {
            return Ok(Turned::Pending(answer));
        }
        self.core.history.push(Arc::clone(&record));
        if n_changes <= AT_ONCE {
            self.install(works, number);
        } else {
            self.install_apart(works, number);
        }
        works.iter().for_each(|work| work.count());
        if self.log.is_some() {
            self.pending.added();
        }
        Ok(Turned::Visible(record))
    }

    /// Waits for what is pending.
    pub(crate) fn settled(&self) -> Answer<'static, Result<()>> {
        if self.pending.is_poisoned() {
            return Answer::Ready(Err(poisoned()));
        }
        match self.pending.look_on(&self.unchanged(Origin::named(""))) {
            Some(pending) => Answer::later(async move { pending.await.map(drop) }),
            None => Answer::Ready(Ok(())),
        }
    }

    fn unchanged(&self, origin: Origin) -> Arc<CommitRecord> {
        Arc::new(CommitRecord::new(self.core.line.visible(), origin, Vec::new()))
    }

    /// Sorts the writes by table, typed.
    fn prepare(&self, writes: Vec<Write>) -> Result<Works> {
        let n_writes = writes.len();
        let mut works = Works::new();
        for (position, write) in writes.into_iter().enumerate() {
            let collection = write.collection;
            let work = match works.iter().position(|work| work.collection() == collection) {
                Some(place) => works.get_mut(place),
                None => {
                    works.push(self.table(collection)?.work(n_writes));
                    works.last_mut()
                }
            };
            if let Some(work) = work {
                work.take(position, write)?;
            }
        }
        // The order of the tables is that in which their locks are taken.
        works.sort_by_key(|work| work.collection());
        Ok(works)
    }

    /// Checks the queries that were read against the commits since, as far as that has not been done.
    fn check_filters(&self, premises: &mut Premises) -> Result<()> {
        let Premises { isolation: Isolation::Serializable, reads, checked, .. } = premises else {
            return Ok(());
        };
        let Some(first) = reads.filters.first() else { return Ok(()) };
        let Some(commits) = self.core.history.since(*checked) else {
            return Err(changed(self.table(first.collection)?.descriptor()));
        };
        if let Some(last) = commits.last() {
            *checked = last.number;
        }
        let filters = Reads { keys: Vec::new(), filters: std::mem::take(&mut reads.filters) };
        let outcome = check_reads(&filters, commits.iter().map(|commit| &**commit));
        reads.filters = filters.filters;
        outcome
    }

    fn validate(
        &self,
        works: &mut [Box<dyn Work>],
        premises: &mut Premises,
        filters: Result<()>,
    ) -> Result<()> {
        let snapshot = premises.snapshot;
        works.iter_mut().try_for_each(|work| work.look_up(snapshot))?;
        works.iter().try_for_each(|work| work.check_unique(snapshot))?;
        match premises.isolation {
            Isolation::Snapshot if snapshot != u64::MAX => {
                works.iter().try_for_each(|work| work.check_first(snapshot))
            }
            Isolation::Snapshot => Ok(()),
            Isolation::Serializable => {
                filters?;
                for read in &premises.reads.keys {
                    self.table(read.collection)?.check_read(read)?;
                }
                self.check_filters(premises)
            }
        }
    }

    /// Gives the commit to the log. `None` when it is durable already, and can be made visible at once.
    fn append(
        self: &Arc<Self>,
        log: &Arc<dyn Log>,
        record: &Arc<CommitRecord>,
        works: &mut Works,
    ) -> Result<Option<Promised<Committed>>> {
        let number = record.number;
        // A commit may have failed since the turn began.
        let answer = self.pending.add(Arc::clone(record)).ok_or_else(poisoned)?;
        let engine = Arc::downgrade(self);
        let completion = Completion::new(move |outcome| {
            if let Some(engine) = engine.upgrade() {
                engine.pending.complete(number, outcome);
                engine.settle();
            }
        });
        if let Err(error) = log.append(record, completion) {
            self.pending.take_back();
            self.pending.added();
            return Err(error);
        }
        if self.pending.take_back_durable() {
            return Ok(None);
        }
        self.core.history.push(Arc::clone(record));
        let mut archived = Vec::new();
        for work in works.iter_mut() {
            work.archive(number, None, &mut archived);
            work.install_apart(number);
        }
        self.pending.installed(std::mem::take(works).into_vec(), archived);
        self.pending.added();
        Ok(Some(answer))
    }

    /// Installs and makes visible at once. Nobody sees part of it, since all structures that change are locked.
    fn install(&self, works: &mut [Box<dyn Work>], number: u64) {
        let mut live = self.core.line.live();
        let mut unseen: Vec<Archived> = Vec::new();
        for work in works.iter_mut() {
            work.archive(number, Some(&mut live), &mut unseen);
        }
        nest(works, number, &mut || self.core.line.publish(&mut live, number));
    }

    /// Installs bit by bit what nobody can see yet, and makes it visible.
    fn install_apart(&self, works: &mut [Box<dyn Work>], number: u64) {
        let mut archived = Vec::new();
        for work in works.iter_mut() {
            work.archive(number, None, &mut archived);
            work.install_apart(number);
        }
        let mut live = self.core.line.live();
        self.core.line.publish(&mut live, number);
        live.release(archived);
    }
}

/// Installs the work on one table within that on the other.
fn nest(works: &[Box<dyn Work>], number: u64, next: &mut dyn FnMut()) {
    match works.split_first() {
        Some((first, rest)) => first.install(number, &mut || nest(rest, number, next)),
        None => next(),
    }
}

/// The changes in the order of the writes.
fn report(works: &[Box<dyn Work>], n_changes: usize) -> RowChanges {
    if let [work] = works {
        let mut changes = RowChanges::with_capacity(n_changes);
        work.report(&mut |_, change| changes.push(change));
        return changes;
    }
    let mut placed = Vec::with_capacity(n_changes);
    for work in works {
        work.report(&mut |position, change| placed.push((position, change)));
    }
    placed.sort_unstable_by_key(|(position, _)| *position);
    placed.into_iter().map(|(_, change)| change).collect()
}
