//! How a watch of the first rows goes from one commit to the next.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::feed::live::Live;
use crate::feed::window::{Shift, Window, shifts};
use crate::query::{OrderTerm, Position};
use crate::storage::{CommitRecord, Token};

/// Rows behind a place, and the commits that lead to the snapshot that they are from.
pub(crate) struct More {
    pub(crate) rows: Vec<AnyRow>,
    /// `None` where the history no longer has all of them.
    pub(crate) commits: Option<Vec<Arc<CommitRecord>>>,
    /// The number of the snapshot.
    pub(crate) number: u64,
}

/// Fetches so many rows behind a place of the query's order, and the commits after a number.
pub(crate) type Fetch = Arc<dyn Fn(Arc<Position>, usize, u64) -> Fetching + Send + Sync>;

type Fetching = Pin<Box<dyn Future<Output = Result<More>> + Send>>;

/// The window of a watch, and what it waits for.
pub(super) struct Top {
    window: Window,
    fetch: Fetch,
    pending: Option<Pending>,
    /// The place up to which everything was said.
    pub(super) said: Token,
}

/// Rows that are being fetched.
struct Pending {
    fetching: Fetching,
    asked: usize,
    /// The rows that were shown.
    before: Vec<AnyRow>,
}

/// What became of a fetch.
pub(super) enum Fetched<E> {
    /// What has changed up to the number of a snapshot.
    Changed(Vec<Live<E>>, u64),
    /// The history was faster: all has to be asked again.
    Overtaken,
}

impl Top {
    pub(super) fn new(window: Window, fetch: Fetch, said: Token) -> Self {
        Self { window, fetch, pending: None, said }
    }

    pub(super) fn is_fetching(&self) -> bool {
        self.pending.is_some()
    }

    /// All has to be asked again: before that is done.
    pub(super) fn overtaken(&self) {
        self.window.lift();
    }

    /// Begins again with a whole result. Gives the rows that are shown.
    pub(super) fn begin<E: Entity>(&mut self, rows: Vec<Versioned<E>>) -> Result<Vec<Versioned<E>>> {
        self.pending = None;
        self.window.begin(rows.into_iter().map(AnyRow::new).collect());
        self.window.shown().iter().cloned().map(typed).collect()
    }

    /// What a commit changes. Nothing yet where rows have to be fetched first.
    pub(super) fn pass<E: Entity>(
        &mut self,
        commit: &CommitRecord,
        order: &[OrderTerm],
    ) -> Result<Vec<Live<E>>> {
        let before = self.window.shown().to_vec();
        self.window.apply(&commit.changes);
        if let Some((from, asked)) = self.window.lacks() {
            let fetching = (self.fetch)(from, asked, commit.number);
            self.pending = Some(Pending { fetching, asked, before });
            return Ok(Vec::new());
        }
        self.window.trim();
        self.changes(&before, order)
    }

    /// Goes on with what is being fetched.
    pub(super) fn poll_fetch<E: Entity>(
        &mut self,
        context: &mut Context<'_>,
        order: &[OrderTerm],
    ) -> Poll<Result<Fetched<E>>> {
        let Some(pending) = &mut self.pending else {
            return Poll::Ready(Err(Error::bug("a watch waits for rows that nobody fetches")));
        };
        let more = ready!(pending.fetching.as_mut().poll(context));
        let (asked, before) = (pending.asked, std::mem::take(&mut pending.before));
        self.pending = None;
        let More { rows, commits, number } = more?;
        let Some(commits) = commits else { return Poll::Ready(Ok(Fetched::Overtaken)) };
        for commit in commits {
            self.window.apply(&commit.changes);
        }
        self.window.extend(rows, asked);
        // More may have gone meanwhile than was fetched.
        if let Some((from, asked)) = self.window.lacks() {
            let fetching = (self.fetch)(from, asked, number);
            self.pending = Some(Pending { fetching, asked, before });
            return self.poll_fetch(context, order);
        }
        self.window.trim();
        Poll::Ready(self.changes(&before, order).map(|changes| Fetched::Changed(changes, number)))
    }

    fn changes<E: Entity>(&self, before: &[AnyRow], order: &[OrderTerm]) -> Result<Vec<Live<E>>> {
        let live = |shift| match shift {
            Shift::Left(row) => typed(row).map(Live::Left),
            Shift::Entered(row) => typed(row).map(Live::Entered),
            Shift::Stays(before, after) => Ok(Live::stayed(typed(before)?, typed(after)?, order)),
        };
        shifts(before, self.window.shown()).into_iter().map(live).collect()
    }
}

fn typed<E: Entity>(row: AnyRow) -> Result<Versioned<E>> {
    row.downcast().ok_or_else(|| Error::bug("a watch met a row of another type"))
}
