//! A watch: a query whose result is kept up to date.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::feed::change::{AnyChange, Change};
use crate::feed::live::Live;
use crate::feed::reader::{Reader, Source, Step};
use crate::feed::slot::{Hint, Interest, Known};
use crate::feed::top::{Fetch, Fetched, Top};
use crate::feed::walk::Walk;
use crate::feed::window::Window;
use crate::query::{OrderTerm, Predicate, eval};
use crate::storage::{CollectionId, Token};

/// A result, and the number of the snapshot that it is from.
pub(crate) struct Fresh<E> {
    pub(crate) rows: Vec<Versioned<E>>,
    pub(crate) number: u64,
}

/// Runs the query of a watch on a new snapshot.
pub(crate) type Requery<E> = Arc<dyn Fn() -> Running<E> + Send + Sync>;

type Running<E> = Pin<Box<dyn Future<Output = Result<Fresh<E>>> + Send>>;

/// Follows the result of a query: a [`Stream`] of `Result<Live<E>>`.
///
/// It begins with [`Live::Reset`] and the rows at the moment of the call, followed by [`Live::Ready`]. Then it says what
/// each commit did to the result, nothing twice and nothing missed, and [`Live::Ready`] behind each commit that did
/// something to it. When the history was faster than the watch, it runs the query again and gives another
/// [`Live::Reset`]; there is no `Lagged`.
///
/// The query is not run again for a change: the filter is evaluated on the row before and after it. Commits that do not
/// concern the filter do not wake the watch, and where it asks for values of a declared field that their rows do not have,
/// it is not even evaluated ([`Find::watch`](crate::Find::watch) says for which filters).
///
/// An error is the last item; a watch of a store that was closed ends after the last commit.
///
/// It is `Send`, `'static` and `Unpin`, and dropping it ends the subscription.
#[must_use = "a watch gives nothing until it is polled"]
pub struct Watch<E> {
    reader: Reader,
    filter: Arc<Predicate>,
    order: Arc<[OrderTerm]>,
    requery: Requery<E>,
    /// The query, while it runs again, and the place behind which that became necessary.
    running: Option<(Running<E>, Token)>,
    /// A whole result, until it has been handed out.
    fresh: VecDeque<Live<E>>,
    /// The commit that is being handed out.
    passage: Option<Passage>,
    /// Where only some rows of the result are wanted.
    top: Option<Top>,
    has_ended: bool,
}

/// A way through a commit, with the filter.
struct Passage {
    walk: Walk,
    hint: Option<Hint>,
    /// Something of it was said.
    is_concerned: bool,
}

impl<E: Entity> Watch<E> {
    /// A watch of what `requery` gives: the rows of `collection` that pass `filter`, in this order. The subscription
    /// begins before the query runs, and exists when the future is ready.
    pub(crate) async fn open(
        source: Source,
        collection: CollectionId,
        filter: Arc<Predicate>,
        order: Arc<[OrderTerm]>,
        requery: Requery<E>,
        window: Option<(Window, Fetch)>,
    ) -> Result<Self> {
        let edge = window.as_ref().map(|(window, _)| window.edge());
        let interest = Interest::filter(collection, Arc::clone(&filter), edge, E::DESCRIPTOR);
        let reader = Reader::new(source, interest)?;
        let top = window.map(|(window, fetch)| Top::new(window, fetch, reader.token()));
        let fresh = requery().await?;
        let mut watch = Self {
            reader,
            filter,
            order,
            requery,
            running: None,
            fresh: VecDeque::with_capacity(2),
            passage: None,
            top,
            has_ended: false,
        };
        watch.begin(fresh)?;
        Ok(watch)
    }

    /// What happens next; `None` is the end.
    ///
    /// Dropping the future before it is ready loses nothing.
    pub async fn next(&mut self) -> Option<Result<Live<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The place up to which everything was said: the collection's `changes_after` it gives what comes next, filtered
    /// by nothing. It moves on past commits that do not concern the watch.
    pub fn token(&self) -> Token {
        if let Some(top) = self.top.as_ref().filter(|top| top.is_fetching() || !self.fresh.is_empty()) {
            return top.said;
        }
        match (&self.passage, &self.running) {
            (Some(passage), _) => passage.walk.token(),
            (None, Some((_, behind))) => *behind,
            (None, None) => self.reader.token(),
        }
    }

    fn begin(&mut self, fresh: Fresh<E>) -> Result<()> {
        self.reader.restart(fresh.number);
        let token = self.reader.token();
        let rows = match &mut self.top {
            Some(top) => top.begin(fresh.rows)?,
            None => fresh.rows,
        };
        self.fresh.extend([Live::Reset(rows), Live::Ready(token)]);
        Ok(())
    }

    /// What there is without reading on.
    fn at_hand(&mut self) -> Option<Result<Live<E>>> {
        if let Some(live) = self.fresh.pop_front() {
            if let (Some(top), Live::Ready(token)) = (&mut self.top, &live) {
                top.said = *token;
            }
            return Some(Ok(live));
        }
        let passage = self.passage.as_mut()?;
        if let Some(live) = passage.next(&self.filter, &self.order) {
            return Some(live);
        }
        let passed = self.passage.take()?;
        passed.is_concerned.then(|| Ok(Live::Ready(passed.walk.whole())))
    }

    /// Reads on: something may be at hand then. `None` is the end.
    fn poll_more(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        if let Some((running, _)) = &mut self.running {
            let fresh = ready!(running.as_mut().poll(context));
            self.running = None;
            return Poll::Ready(Some(fresh.and_then(|fresh| self.begin(fresh))));
        }
        if let Some(top) = self.top.as_mut().filter(|top| top.is_fetching()) {
            let fetched = ready!(top.poll_fetch(context, &self.order));
            return Poll::Ready(Some(fetched.map(|fetched| self.fetched(fetched))));
        }
        let step = match ready!(self.reader.poll(context)) {
            Some(Ok(step)) => step,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        match step {
            Step::Lagged(loss) => {
                if let Some(top) = &self.top {
                    top.overtaken();
                }
                self.running = Some(((self.requery)(), loss.behind));
            }
            Step::Commit(walk) => {
                let hint = match self.reader.known(walk.record.number) {
                    Known::Unconcerned => return Poll::Ready(Some(Ok(()))),
                    Known::Hinted(hint) => Some(hint),
                    Known::Nothing => None,
                };
                if let Some(top) = &mut self.top {
                    let changes = top.pass(&walk.record, &self.order);
                    return Poll::Ready(Some(changes.map(|changes| self.say(changes, walk.whole()))));
                }
                self.passage = Some(Passage { walk, hint, is_concerned: false });
            }
        }
        Poll::Ready(Some(Ok(())))
    }
}

impl<E: Entity> Watch<E> {
    /// Takes what was fetched, with the commits up to it.
    fn fetched(&mut self, fetched: Fetched<E>) {
        match fetched {
            Fetched::Changed(changes, number) => {
                self.reader.restart(number);
                self.say(changes, self.reader.token());
            }
            Fetched::Overtaken => self.running = Some(((self.requery)(), self.reader.token())),
        }
    }

    fn say(&mut self, changes: Vec<Live<E>>, place: Token) {
        if !changes.is_empty() {
            self.fresh.extend(changes);
            self.fresh.push_back(Live::Ready(place));
        }
    }
}

impl Passage {
    fn next<E: Entity>(&mut self, filter: &Predicate, order: &[OrderTerm]) -> Option<Result<Live<E>>> {
        while let Some((place, change)) = self.walk.next() {
            let (before, after) = sides(self.hint, filter, place, &change);
            if before || after {
                self.is_concerned = true;
                return Some(change.typed().and_then(|change| live(&change, before, after, order)));
            }
        }
        None
    }
}

/// Whether the row passed the filter before, and whether it does after. What was evaluated already is not again.
fn sides(hint: Option<Hint>, filter: &Predicate, place: usize, change: &AnyChange<'_>) -> (bool, bool) {
    let passes = |row: Option<&AnyRow>| row.is_some_and(|row| eval::matches(filter, row));
    match hint {
        Some(hint) if place < hint.place => (false, false),
        Some(hint) if place == hint.place && hint.after => (passes(change.before()), true),
        Some(hint) if place == hint.place => (true, false),
        _ => (passes(change.before()), passes(change.after())),
    }
}

fn live<E: Entity>(change: &Change<E>, before: bool, after: bool, order: &[OrderTerm]) -> Result<Live<E>> {
    let old = change.before().filter(|_| before).cloned();
    let new = change.after().filter(|_| after).cloned();
    match (old, new) {
        (None, Some(after)) => Ok(Live::Entered(after)),
        (Some(before), None) => Ok(Live::Left(before)),
        (Some(before), Some(after)) => Ok(Live::stayed(before, after, order)),
        (None, None) => Err(Error::bug("a change that concerns a watch has no row")),
    }
}

impl<E: Entity> Stream for Watch<E> {
    type Item = Result<Live<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Live<E>>>> {
        loop {
            if self.has_ended {
                return Poll::Ready(None);
            }
            if let Some(live) = self.at_hand() {
                self.has_ended = live.is_err();
                return Poll::Ready(Some(live));
            }
            match ready!(self.poll_more(context)) {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    self.has_ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.has_ended = true,
            }
        }
    }
}

impl<E> fmt::Debug for Watch<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("filter", &self.filter)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}
