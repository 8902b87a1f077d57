//! Rows one by one.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::entity::{Entity, Versioned};
use crate::error::Result;
use crate::query::Query;
use crate::store::find::Find;
use crate::store::find::source::{BATCH, Source};
use crate::store::view::View;

/// The rows of a query, in order, taken from the storage in batches of 256 as they are asked for.
///
/// It sees one snapshot, which it holds until it is dropped or at its end: the history that the snapshot can see is kept
/// that long. After an error it ends.
pub struct RowStream<E: Entity> {
    batch: std::vec::IntoIter<Versioned<E>>,
    state: State<E>,
}

type Fetched<E> = (Source<E>, Vec<Versioned<E>>);

enum State<E: Entity> {
    New(View<E>, Query),
    Idle(Source<E>),
    Fetching(Pin<Box<dyn Future<Output = Result<Fetched<E>>> + Send>>),
    Ended,
}

impl<E: Entity, By: 'static> Find<E, By> {
    /// The rows one by one, for results that are too large to collect. Nothing happens before the first one is asked for.
    ///
    /// In a transaction, all that the query could give counts as read.
    pub fn stream(self) -> RowStream<E> {
        RowStream { batch: Vec::new().into_iter(), state: State::New(self.view, self.query) }
    }
}

impl<E: Entity> RowStream<E> {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn next(&mut self) -> Option<Result<Versioned<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<E: Entity> State<E> {
    /// Asks for the next batch.
    fn fetch(self) -> Self {
        match self {
            Self::New(view, query) => Self::Fetching(Box::pin(async move {
                let mut source = view.run_whole(query).await?;
                let rows = source.next(BATCH).await?.0;
                Ok((source, rows))
            })),
            Self::Idle(mut source) => Self::Fetching(Box::pin(async move {
                let rows = source.next(BATCH).await?.0;
                Ok((source, rows))
            })),
            other => other,
        }
    }
}

impl<E: Entity> Stream for RowStream<E> {
    type Item = Result<Versioned<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.batch.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            // a closure of the user's may panic: the stream has ended then
            let state = std::mem::replace(&mut self.state, State::Ended).fetch();
            let State::Fetching(mut future) = state else { return Poll::Ready(None) };
            match future.as_mut().poll(context) {
                Poll::Pending => {
                    self.state = State::Fetching(future);
                    return Poll::Pending;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Ok((_, rows))) if rows.is_empty() => return Poll::Ready(None),
                Poll::Ready(Ok((source, rows))) => {
                    self.batch = rows.into_iter();
                    self.state = State::Idle(source);
                }
            }
        }
    }
}

impl<E: Entity> fmt::Debug for RowStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowStream")
    }
}
