//! Carrying out a plan on a table.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::core::Pin;
use crate::memory::index::{After, Begun, OrderedIndex, Ranges, Scope};
use crate::memory::line::At;
use crate::memory::ordered::LOOK;
use crate::memory::sort::Sorter;
use crate::memory::source::{Source, is_point, with_refs};
use crate::memory::table::Table;
use crate::query::{Access, Plan, Predicate, Range, eval};
use crate::storage::{Answer, Batch, Rows, Snapshot};
use crate::value::{Columns, Datum};

/// The rows of a plan, typed, in batches.
pub(crate) struct Walk<E: Entity> {
    table: Arc<Table<E>>,
    plan: Arc<Plan>,
    hold: Hold,
    source: Source<E>,
    /// Whether the source has no more.
    is_over: bool,
    /// Gathered, and not given yet.
    ahead: std::vec::IntoIter<Versioned<E>>,
    /// Looked at and put in order, where all rows have to be before the first can be given.
    sorted: Option<std::vec::IntoIter<Versioned<E>>>,
    /// Whether all rows have to be looked at, so that those ahead have been.
    tests_all: bool,
    /// Whether rows before the cursor may come.
    tests_after: bool,
    n_skip: u64,
    n_left: u64,
    n_examined: u64,
}

/// What keeps the rows of a walk readable.
enum Hold {
    /// Nothing: they have been gathered.
    Nothing,
    Snapshot(Arc<dyn Snapshot>),
    Pin(Pin),
}

impl Hold {
    /// At which number the walk reads.
    fn number(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Snapshot(snapshot) => snapshot.number(),
            Self::Pin(pin) => pin.number(),
        }
    }
}

impl<E: Entity> Table<E> {
    /// Carries out a plan at the number of a live snapshot.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) with a plan that is not for this table.
    pub(crate) fn walk(self: &Arc<Self>, plan: Arc<Plan>, pin: Arc<dyn Snapshot>) -> Result<Walk<E>> {
        let source = Source::open(self, &plan.access, after(&plan))?;
        Ok(Walk::begun(self, plan, source, Hold::Snapshot(pin), Vec::new()))
    }

    /// Carries out a plan on what is visible now: without pinning a snapshot where one bounded look under one lock is
    /// enough for that, as for a lookup, the first rows of an index, a short range.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) with a plan that is not for this table.
    pub(crate) fn walk_latest(self: &Arc<Self>, plan: Arc<Plan>) -> Result<Walk<E>> {
        let mut rows = Vec::new();
        let (source, hold) = self.glance(&plan, &mut rows)?;
        Ok(Walk::begun(self, plan, source, hold, rows))
    }

    /// All rows of a plan on what is visible now, and how many rows were looked at: [`Table::walk_latest`] to its end,
    /// and faster.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) with a plan that is not for this table.
    pub(crate) fn find_latest(self: &Arc<Self>, plan: Plan) -> Result<(Vec<Versioned<E>>, u64)> {
        let mut rows = Vec::new();
        let (source, hold) = self.glance(&plan, &mut rows)?;
        if matches!(hold, Hold::Nothing) && takes_all(&plan) {
            let n_examined = rows.len() as u64;
            cut(&mut rows, plan.query.offset, plan.query.limit.unwrap_or(u64::MAX));
            return Ok((rows, n_examined));
        }
        Walk::begun(self, Arc::new(plan), source, hold, rows).collect()
    }

    /// All rows of a plan at the number of a live snapshot, and how many rows were looked at.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) with a plan that is not for this table.
    pub(crate) fn find(
        self: &Arc<Self>,
        plan: Plan,
        pin: Arc<dyn Snapshot>,
    ) -> Result<(Vec<Versioned<E>>, u64)> {
        self.walk(Arc::new(plan), pin)?.collect()
    }

    /// Takes the first rows of a plan in one look. Gives what leads to the others, and holds it; or nothing, where they
    /// are all, or enough.
    fn glance(self: &Arc<Self>, plan: &Plan, rows: &mut Vec<Versioned<E>>) -> Result<(Source<E>, Hold)> {
        let wanted = plan.query.limit.filter(|_| takes_all(plan));
        let wanted = wanted.map(|limit| limit.saturating_add(plan.query.offset));
        let is_whole = match (&plan.access, wanted) {
            (Access::Nothing, _) | (_, Some(0)) => true,
            (Access::Keys(keys), _) if keys.len() <= 1 => {
                let find = |key: &[Datum]| with_refs(key, |key| self.get_erased(key, At::Latest));
                rows.extend(keys.first().and_then(|key| find(key)));
                true
            }
            (Access::Distinct { index, values }, _) if values.len() <= 1 => {
                let find =
                    |values: &[Datum]| with_refs(values, |values| self.get_by(*index, values, At::Latest));
                rows.extend(values.first().and_then(|values| find(values)));
                true
            }
            (Access::Index { index, ranges, descending }, Some(wanted)) if wanted <= LOOK as u64 => {
                let scope =
                    Scope { ranges: Ranges::These(ranges), descending: *descending, after: after(plan) };
                let index = self.ordered(*index)?;
                !repeats(&**index, ranges) && self.sees_all(&**index, scope, wanted as usize, rows)?
            }
            (Access::KeyRange { ranges, descending }, Some(wanted)) if wanted <= LOOK as u64 => {
                let scope =
                    Scope { ranges: Ranges::These(ranges), descending: *descending, after: after(plan) };
                self.sees_all(&*self.key_order(), scope, wanted as usize, rows)?
            }
            _ => false,
        };
        if is_whole {
            return Ok((Source::End, Hold::Nothing));
        }
        rows.clear();
        let mut source = Source::open(self, &plan.access, after(plan))?;
        match source.begin(&self.core.line, rows) {
            Begun::Ended => Ok((Source::End, Hold::Nothing)),
            Begun::Pinned(number) => Ok((source, Hold::Pin(self.core.pinned(number)))),
            Begun::Lost => {
                rows.clear();
                let hold = Hold::Pin(self.core.pin());
                Ok((Source::open(self, &plan.access, after(plan))?, hold))
            }
        }
    }
}

/// Whether a walk of the access path begins behind the cursor by itself.
fn seeks(plan: &Plan) -> bool {
    plan.seek.is_some() && matches!(plan.access, Access::KeyRange { .. } | Access::Index { .. })
}

fn after(plan: &Plan) -> Option<After<'_>> {
    plan.seek.as_ref().map(|place| After { values: &place.values, key: &place.key })
}

impl<E: Entity> Walk<E> {
    /// One that has these rows already.
    fn begun(
        table: &Arc<Table<E>>,
        plan: Arc<Plan>,
        source: Source<E>,
        hold: Hold,
        rows: Vec<Versioned<E>>,
    ) -> Self {
        let query = &plan.query;
        let mut walk = Self {
            table: Arc::clone(table),
            is_over: matches!(hold, Hold::Nothing),
            hold,
            source,
            ahead: Vec::new().into_iter(),
            sorted: None,
            tests_all: query.limit.is_none() || plan.needs_sort(),
            tests_after: query.after.is_some() && !seeks(&plan),
            n_skip: query.offset,
            n_left: query.limit.unwrap_or(u64::MAX),
            n_examined: 0,
            plan,
        };
        walk.put_ahead(rows);
        walk
    }

    /// All rows, of a walk from which none has been taken, and how many rows were looked at to find them.
    fn collect(mut self) -> Result<(Vec<Versioned<E>>, u64)> {
        if !takes_all(&self.plan) {
            return self.next(usize::MAX);
        }
        let mut rows: Vec<Versioned<E>> = self.ahead.collect();
        let needed = usize::try_from(self.n_skip.saturating_add(self.n_left)).unwrap_or(usize::MAX);
        while !self.is_over && rows.len() < needed {
            let want = needed.min(rows.len() + LOOK);
            let number = self.hold.number();
            self.is_over = self.source.more(&self.table, &self.plan.access, number, want, &mut rows)?;
        }
        let n_examined = rows.len() as u64;
        cut(&mut rows, self.n_skip, self.n_left);
        Ok((rows, n_examined))
    }

    /// The next rows, at most `most`, and how many rows were looked at to find them. No rows are the end.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) with a plan that is not for this table.
    pub(crate) fn next(&mut self, most: usize) -> Result<(Vec<Versioned<E>>, u64)> {
        if self.plan.needs_sort() && self.sorted.is_none() {
            self.sort()?;
        }
        if let (Some(sorted), true) = (&mut self.sorted, most == usize::MAX) {
            let mut rows = std::mem::take(sorted).collect();
            cut(&mut rows, self.n_skip, self.n_left);
            return Ok((rows, std::mem::take(&mut self.n_examined)));
        }
        let mut batch = Vec::new();
        while batch.len() < most && self.n_left > 0 {
            let row = match &mut self.sorted {
                Some(sorted) => sorted.next(),
                None => self.next_match(most - batch.len())?,
            };
            let Some(row) = row else { break };
            if self.n_skip > 0 {
                self.n_skip -= 1;
            } else {
                self.n_left -= 1;
                batch.push(row);
            }
        }
        Ok((batch, std::mem::take(&mut self.n_examined)))
    }

    /// The next row that passes all tests.
    fn next_match(&mut self, most: usize) -> Result<Option<Versioned<E>>> {
        loop {
            match self.ahead.next() {
                Some(row) if self.tests_all => return Ok(Some(row)),
                Some(row) => {
                    if let Some(row) = self.test(row) {
                        return Ok(Some(row));
                    }
                }
                None if self.is_over => return Ok(None),
                None => self.gather(most)?,
            }
        }
    }

    /// Gathers more rows, as many as are needed where each of them is wanted.
    fn gather(&mut self, most: usize) -> Result<()> {
        let needed = self.n_skip.saturating_add(self.n_left.min(most as u64));
        let want = match usize::try_from(needed) {
            Ok(needed) if takes_all(&self.plan) => needed.clamp(1, LOOK),
            _ => LOOK,
        };
        let mut rows = Vec::new();
        self.is_over =
            self.source.more(&self.table, &self.plan.access, self.hold.number(), want, &mut rows)?;
        self.put_ahead(rows);
        Ok(())
    }

    /// Puts gathered rows ahead, tested where all of them have to be.
    fn put_ahead(&mut self, mut rows: Vec<Versioned<E>>) {
        if self.tests_all {
            let plan = &self.plan;
            if !plan.except.is_empty() {
                rows.retain(|row| !has_key_among(row.entity(), &plan.except));
            }
            self.n_examined += rows.len() as u64;
            if !self.passes_all() {
                self.sift(&mut rows);
            }
        }
        self.ahead = rows.into_iter();
    }

    /// Looks at rows, outside of all locks. First at all of them, since it is dear to begin with the next one only when
    /// the one before has been let go.
    fn sift(&self, rows: &mut Vec<Versioned<E>>) {
        let mut passes = SmallVec::<[bool; LOOK]>::from_elem(false, rows.len());
        let each = passes.iter_mut().zip(&*rows);
        match &self.plan.residual {
            Predicate::Scan(test) if !self.tests_after => {
                each.for_each(|(passes, row)| *passes = (test.0)(row.into()));
            }
            _ => each.for_each(|(passes, row)| *passes = self.passes(row)),
        }
        let mut passes = passes.iter();
        rows.retain(|_| passes.next() == Some(&true));
    }

    /// Looks at a row, outside of all locks: gives it back if it is one of the query's.
    fn test(&mut self, row: Versioned<E>) -> Option<Versioned<E>> {
        if !self.plan.except.is_empty() && has_key_among(row.entity(), &self.plan.except) {
            return None;
        }
        self.n_examined += 1;
        (self.passes_all() || self.passes(&row)).then_some(row)
    }

    /// Whether nothing is left to test.
    fn passes_all(&self) -> bool {
        matches!(self.plan.residual, Predicate::All) && !self.tests_after
    }

    fn passes(&self, row: &Versioned<E>) -> bool {
        let query = &self.plan.query;
        let is_behind =
            |place: &Arc<_>| eval::compare_position(row, place, &query.order, E::DESCRIPTOR).is_gt();
        eval::matches(&self.plan.residual, row)
            && (!self.tests_after || query.after.as_ref().is_none_or(is_behind))
    }

    /// Looks at all rows, and puts those that are wanted in order.
    fn sort(&mut self) -> Result<()> {
        let most = usize::try_from(self.n_skip.saturating_add(self.n_left)).unwrap_or(usize::MAX);
        let mut sorter = Sorter::new(Arc::clone(&self.plan), most);
        loop {
            sorter.extend(&mut self.ahead);
            if self.is_over {
                break;
            }
            self.gather(LOOK)?;
        }
        self.sorted = Some(sorter.finish().into_iter());
        Ok(())
    }
}

/// Whether all that the walk gives is wanted, as it comes.
fn takes_all(plan: &Plan) -> bool {
    !plan.needs_sort()
        && matches!(plan.residual, Predicate::All)
        && plan.except.is_empty()
        && (plan.query.after.is_none() || seeks(plan))
}

/// Whether a walk through these ranges may meet a row twice.
fn repeats<E: Entity>(index: &dyn OrderedIndex<E>, ranges: &[Range]) -> bool {
    index.repeats() && !is_point(ranges)
}

/// Leaves the rows that offset and limit let through.
fn cut<T>(rows: &mut Vec<T>, n_skip: u64, n_left: u64) {
    let n_skip = usize::try_from(n_skip).map_or(rows.len(), |skip| skip.min(rows.len()));
    rows.drain(..n_skip);
    rows.truncate(usize::try_from(n_left).unwrap_or(usize::MAX));
}

/// Whether a sorted list of keys has that of the row.
fn has_key_among<E: Entity>(row: &E, keys: &[Box<[Datum]>]) -> bool {
    let order = |key: &[Datum]| {
        let (mut rest, mut found) = (key.iter(), Ordering::Equal);
        E::Key::datums(row.key(), &mut |value| {
            if found.is_eq() {
                found = rest.next().map_or(Ordering::Less, |part| part.as_ref().order(value));
            }
        });
        found
    };
    keys.binary_search_by(|key| order(key)).is_ok()
}

/// The rows of a plan without scan, order or filter: all of them, erased.
pub(super) struct ErasedWalk<E: Entity>(pub(super) Walk<E>);

impl<E: Entity> Rows for ErasedWalk<E> {
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>> {
        Answer::Ready(
            self.0.next(most).map(|(rows, n_examined)| {
                Batch::new(rows.into_iter().map(AnyRow::new).collect(), n_examined)
            }),
        )
    }
}
