//! What feeds and watches have given.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_core::Stream;

use crate::feed::Item;
use crate::{Entity, Feed, Live, Result, Token, Watch};

/// The next items: there are as many.
pub(super) async fn take<T: Item>(feed: &mut Feed<T>, n: usize) -> Result<Vec<T>> {
    let mut items = Vec::with_capacity(n);
    while items.len() < n {
        let Some(item) = feed.next().await else { panic!("it ended after {} of {n} items", items.len()) };
        items.push(item?);
    }
    Ok(items)
}

/// All that is left of a feed that ends.
pub(super) async fn rest<T: Item>(feed: &mut Feed<T>) -> Result<Vec<T>> {
    let mut items = Vec::new();
    while let Some(item) = feed.next().await {
        items.push(item?);
    }
    Ok(items)
}

/// All that is left of a watch that ends.
pub(super) async fn rest_of<E: Entity>(watch: &mut Watch<E>) -> Result<Vec<Live<E>>> {
    let mut lives = Vec::new();
    while let Some(live) = watch.next().await {
        lives.push(live?);
    }
    Ok(lives)
}

/// What a watch says up to the next time that it is ready.
pub(super) async fn until_ready<E: Entity>(watch: &mut Watch<E>) -> Result<(Vec<Live<E>>, Token)> {
    let mut lives = Vec::new();
    loop {
        let Some(live) = watch.next().await else { panic!("it ended before it was ready") };
        match live? {
            Live::Ready(token) => return Ok((lives, token)),
            live => lives.push(live),
        }
    }
}

/// What goes through the history, and how far it has come.
pub(super) trait Follower: Stream + Unpin {
    fn place(&self) -> Token;
}

impl<T: Item> Follower for Feed<T> {
    fn place(&self) -> Token {
        self.token()
    }
}

impl<E: Entity> Follower for Watch<E> {
    fn place(&self) -> Token {
        self.token()
    }
}

/// What a feed or a watch gives up to a place.
pub(super) async fn up_to<F, T>(follower: &mut F, place: Token) -> Result<Vec<T>>
where
    F: Follower<Item = Result<T>>,
{
    let mut items = Vec::new();
    while let Some(item) = next_or(follower, place).await {
        items.push(item?);
    }
    Ok(items)
}

/// The next item, or `None` once there is nothing up to this place, which is behind a whole commit.
pub(super) async fn next_or<F: Follower>(follower: &mut F, place: Token) -> Option<F::Item> {
    let mut polls = 0_u32;
    poll_fn(move |context| {
        if let Poll::Ready(item) = Pin::new(&mut *follower).poll_next(context) {
            return Poll::Ready(item);
        }
        if has_reached(follower.place(), place) {
            return Poll::Ready(None);
        }
        polls += 1;
        assert!(polls < 100_000, "it gives nothing and its token stays behind {place}");
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

fn has_reached(token: Token, place: Token) -> bool {
    token.number() > place.number() || token.number() == place.number() && token.place().is_none()
}
