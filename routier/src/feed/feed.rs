//! A feed: every change, or every commit, in order.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::entity::Entity;
use crate::error::{Error, ErrorKind, Result};
use crate::feed::change::Change;
use crate::feed::commit::Commit;
use crate::feed::reader::{Reader, Source, Start, Step};
use crate::feed::slot::Interest;
use crate::feed::walk::Walk;
use crate::storage::{CollectionId, Token};

/// What a [`Feed`] gives: [`Change`] for one collection, [`Commit`] for the whole store.
pub trait Item: sealed::Take {}

impl<E: Entity> Item for Change<E> {}
impl Item for Commit {}

mod sealed {
    use crate::error::Result;
    use crate::feed::walk::Walk;

    /// How an item is made of a commit.
    pub trait Take: Sized + Send + 'static {
        /// The collection, where it is of one.
        fn collection() -> Option<&'static str>;
        /// The next item of this commit.
        fn take(walk: &mut Walk) -> Option<Result<Self>>;
    }
}

impl<E: Entity> sealed::Take for Change<E> {
    fn collection() -> Option<&'static str> {
        Some(E::DESCRIPTOR.collection)
    }

    fn take(walk: &mut Walk) -> Option<Result<Self>> {
        walk.next().map(|(_, change)| change.typed())
    }
}

impl sealed::Take for Commit {
    fn collection() -> Option<&'static str> {
        None
    }

    fn take(walk: &mut Walk) -> Option<Result<Self>> {
        let first = walk.rest()?;
        Some(Ok(Commit::new(walk.record.clone(), first, walk.whole())))
    }
}

/// Follows what is committed: a [`Stream`] of `Result<Change<E>>`, or of `Result<Commit>` for the whole store.
///
/// Items come in the order of commits, those of one commit together, once it is visible and, where the storage is
/// durable, durable. Nothing that was committed after the call that gave the feed is missed, polled or not.
///
/// It is a place in the store's history and not a queue. It slows no writer; it reads a few hundred changes ahead at
/// most. So it can be overtaken: when the history forgets changes that this feed has not read, it gives one error of
/// kind [`Lagged`](ErrorKind::Lagged), whose [`missed`](Error::missed) says how many changes (of all collections, where the
/// storage counts them) were forgotten, and goes on at the oldest that is kept.
///
/// Any other error is the last item, and [`token`](Feed::token) then says where to go on. A feed also ends after the
/// last commit of a store that was closed. An item that cannot be read is an error of kind [`Bug`](ErrorKind::Bug) in
/// its place, after which the feed goes on.
///
/// It is `Send`, `'static` and `Unpin`: it moves into a task as it is, and `next` needs no pinning. Dropping it ends the
/// subscription.
#[must_use = "a feed gives nothing until it is polled"]
pub struct Feed<T> {
    reader: Reader,
    /// The commit that is being handed out.
    walk: Option<Walk>,
    take: fn(&mut Walk) -> Option<Result<T>>,
    collection: Option<&'static str>,
}

impl<T: Item> Feed<T> {
    /// A feed of one collection, or of all. The subscription exists when the future is ready.
    pub(crate) async fn open(source: Source, collection: Option<CollectionId>, start: Start) -> Result<Self> {
        let interest = collection.map_or(Interest::Everything, Interest::Collection);
        let mut reader = Reader::new(source, interest)?;
        reader.start(start).await?;
        Ok(Self { reader, walk: None, take: T::take, collection: T::collection() })
    }

    /// Leaves out what was committed by the store that this feed was opened from, and by its clones.
    ///
    /// What others commit comes as before: an application that writes what it follows does not hear itself.
    pub fn without_own(self) -> Self {
        self.reader.leave_out_own();
        self
    }

    /// The next item; `None` is the end.
    ///
    /// Dropping the future before it is ready loses nothing.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Feed<T> {
    /// The place up to which this feed has given everything: `changes_after` it gives what comes next.
    ///
    /// It is that of the last item, and moves on past commits that have nothing for this feed, so that it does not grow
    /// old while nothing happens here.
    pub fn token(&self) -> Token {
        self.walk.as_ref().map_or_else(|| self.reader.token(), Walk::token)
    }

    fn lagged(&self, missed: Option<u64>) -> Error {
        let mut error = Error::new(ErrorKind::Lagged, "");
        if let Some(missed) = missed {
            error = error.with_missed(missed);
        }
        if let Some(collection) = self.collection {
            error = error.with_collection(collection);
        }
        error
    }
}

impl<T> Stream for Feed<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            let take = self.take;
            if let Some(walk) = &mut self.walk {
                if let Some(item) = take(walk) {
                    return Poll::Ready(Some(item));
                }
                self.walk = None;
            }
            match ready!(self.reader.poll(context)) {
                Some(Ok(Step::Commit(walk))) => self.walk = Some(walk),
                Some(Ok(Step::Lagged(loss))) => return Poll::Ready(Some(Err(self.lagged(loss.missed)))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Feed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("collection", &self.collection).field("token", &self.token()).finish()
    }
}
