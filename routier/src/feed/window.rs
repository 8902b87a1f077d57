//! The first rows of an ordered query, and what a commit does to them.

use std::cmp::Ordering;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::entity::AnyRow;
use crate::env::sync::{Arc, Mutex};
use crate::query::{OrderTerm, Position, Predicate, eval};
use crate::storage::{CollectionId, RowChange, position};

/// How many rows are kept behind the last one that is shown, so that not every row that goes has to be fetched for: half
/// as many as are shown, within these.
const SPARE: (usize, usize) = if cfg!(any(test, routier_shuttle)) { (1, 2) } else { (8, 256) };

/// Up to where in an order rows are known, for the one who decides which commits are of concern: those of rows behind it
/// are not. `None` where all of them are.
#[derive(Debug)]
pub(crate) struct Edge {
    order: Arc<[OrderTerm]>,
    at: Mutex<Option<Arc<Position>>>,
}

impl Edge {
    /// Whether a row lies within. Its fields are read under no lock.
    pub(super) fn holds(&self, row: &AnyRow) -> bool {
        let at = self.at.lock().clone();
        at.is_none_or(|at| is_within(row, &at, &self.order))
    }
}

fn is_within(row: &AnyRow, edge: &Position, order: &[OrderTerm]) -> bool {
    eval::compare_position(row, edge, order, row.descriptor()).is_le()
}

/// What happened to the rows that are shown.
#[derive(Debug)]
pub(super) enum Shift {
    Left(AnyRow),
    Entered(AnyRow),
    Stays(AnyRow, AnyRow),
}

/// The rows of a query from `offset` on, as many as `limit`: those before, and some behind, are kept as well.
///
/// Rows up to the edge are known, and kept up to date with the commits; what lies behind it is fetched when rows run out.
pub(crate) struct Window {
    collection: CollectionId,
    filter: Arc<Predicate>,
    offset: usize,
    limit: usize,
    /// In the query's order.
    rows: Vec<AnyRow>,
    /// Up to where rows are known.
    end: Option<Arc<Position>>,
    /// The same, for whoever decides what is of concern; `None` also while rows are fetched.
    edge: Arc<Edge>,
}

impl Window {
    /// A window without rows yet, of which everything is of concern.
    pub(crate) fn new(
        collection: CollectionId,
        filter: Arc<Predicate>,
        order: Arc<[OrderTerm]>,
        offset: u64,
        limit: Option<u64>,
    ) -> Self {
        let most = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let edge = Arc::new(Edge { order, at: Mutex::new(None) });
        let (offset, limit) = (most(offset), limit.map_or(usize::MAX, most));
        Self { collection, filter, offset, limit, rows: Vec::new(), end: None, edge }
    }

    pub(super) fn edge(&self) -> Arc<Edge> {
        Arc::clone(&self.edge)
    }

    #[cfg(test)]
    pub(super) fn n_known(&self) -> usize {
        self.rows.len()
    }

    /// How many rows have to be known.
    fn needed(&self) -> usize {
        if self.limit == 0 { 0 } else { self.offset.saturating_add(self.limit) }
    }

    /// How many rows to begin with.
    pub(crate) fn wanted(&self) -> usize {
        let needed = self.needed();
        needed.saturating_add((needed / 2).clamp(SPARE.0, SPARE.1))
    }

    /// The rows that are shown.
    pub(super) fn shown(&self) -> &[AnyRow] {
        let end = self.needed().min(self.rows.len());
        self.rows.get(self.offset..end).unwrap_or_default()
    }

    /// Begins with these rows, of which [`Window::wanted`] were asked for.
    pub(super) fn begin(&mut self, rows: Vec<AnyRow>) {
        self.rows = rows;
        let is_all = self.rows.len() < self.wanted();
        self.mark(is_all);
    }

    /// What a commit changes is taken over.
    pub(super) fn apply(&mut self, changes: &[RowChange]) {
        for change in changes.iter().filter(|change| change.collection == self.collection) {
            if let Some(before) = self.known(&change.before)
                && let Ok(place) = self.place(before)
            {
                self.rows.remove(place);
            }
            if let Some(after) = self.known(&change.after)
                && let Err(place) = self.place(after)
            {
                self.rows.insert(place, after.clone());
            }
        }
    }

    /// From now on everything is of concern, until [`Window::begin`] or [`Window::extend`]: what is committed after the
    /// snapshot that rows are then read from may lie among them, and would be taken for what lies behind those of before.
    pub(super) fn lift(&self) {
        *self.edge.at.lock() = None;
    }

    /// Where to fetch from, and how many rows, when too few are known. The edge is lifted then.
    pub(super) fn lacks(&self) -> Option<(Arc<Position>, usize)> {
        let from = self.end.clone().filter(|_| self.rows.len() < self.needed())?;
        self.lift();
        Some((from, self.wanted() - self.rows.len()))
    }

    /// Rows behind the last known place, `asked` of them if there are as many.
    pub(super) fn extend(&mut self, rows: Vec<AnyRow>, asked: usize) {
        let is_all = rows.len() < asked;
        self.rows.extend(rows);
        self.mark(is_all);
    }

    /// Lets go of rows, if there are many more than are needed.
    pub(super) fn trim(&mut self) {
        let wanted = self.wanted();
        let spare = wanted - self.needed();
        if self.rows.len() > wanted.saturating_add(spare) {
            self.rows.truncate(wanted);
            self.mark(false);
        }
    }

    /// Rows are known up to the last one, or all.
    fn mark(&mut self, is_all: bool) {
        let last = self.rows.last().filter(|_| !is_all);
        self.end = last.map(|row| Arc::new(position(row, &self.edge.order)));
        self.edge.at.lock().clone_from(&self.end);
    }

    /// The row, if it passes the filter and lies within the edge.
    fn known<'a>(&self, row: &'a Option<AnyRow>) -> Option<&'a AnyRow> {
        let is_within =
            |row: &AnyRow| self.end.as_ref().is_none_or(|end| is_within(row, end, &self.edge.order));
        row.as_ref().filter(|row| eval::matches(&self.filter, *row) && is_within(row))
    }

    /// Where a row stands, or would.
    fn place(&self, row: &AnyRow) -> Result<usize, usize> {
        self.rows.binary_search_by(|other| eval::compare(other, row, &self.edge.order, row.descriptor()))
    }
}

/// What is different between the rows that were shown and those that are: first those that left.
///
/// Cost: a look at each row that was or is shown.
pub(super) fn shifts(before: &[AnyRow], after: &[AnyRow]) -> Vec<Shift> {
    let (were, are) = (addresses(before), addresses(after));
    let gone = before.iter().filter(|row| !are.contains(&row.address()));
    let mut new: Vec<&AnyRow> = after.iter().filter(|row| !were.contains(&row.address())).collect();
    let mut by_key = new.clone();
    by_key.sort_by(|one, other| compare_keys(one, other));
    let (mut shifts, mut replaced, mut stays) = (Vec::new(), Vec::new(), Addresses::default());
    for row in gone {
        match by_key.binary_search_by(|other| compare_keys(other, row)).ok().and_then(|at| by_key.get(at)) {
            Some(now) => {
                stays.insert(now.address());
                replaced.push(Shift::Stays(row.clone(), (*now).clone()));
            }
            None => shifts.push(Shift::Left(row.clone())),
        }
    }
    shifts.append(&mut replaced);
    new.retain(|row| !stays.contains(&row.address()));
    shifts.extend(new.into_iter().map(|row| Shift::Entered(row.clone())));
    shifts
}

type Addresses = HashSet<usize, FixedState>;

fn addresses(rows: &[AnyRow]) -> Addresses {
    rows.iter().map(AnyRow::address).collect()
}

fn compare_keys(one: &AnyRow, other: &AnyRow) -> Ordering {
    eval::compare(one, other, &[], one.descriptor())
}
