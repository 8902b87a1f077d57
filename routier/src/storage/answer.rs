//! Answers that are there at once, or later.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a storage answers: at once where it can, so that nothing is boxed or yields, or later.
#[must_use = "an answer that comes later is not carried out until it is awaited"]
pub enum Answer<'a, T> {
    /// The answer.
    Ready(T),
    /// The answer, when it comes.
    Later(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// An answer that a future gives.
    pub fn later(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self::Later(Box::pin(future))
    }

    /// The answer, changed by `change`.
    pub fn map<U>(self, change: impl FnOnce(T) -> U + Send + 'a) -> Answer<'a, U>
    where
        T: 'a,
    {
        match self {
            Self::Ready(value) => Answer::Ready(change(value)),
            Self::Later(future) => Answer::later(async move { change(future.await) }),
        }
    }
}

impl<'a, T: Unpin + 'a> Future for Answer<'a, T> {
    type Output = T;

    /// # Panics
    ///
    /// Never: a ready answer that is polled again stays pending.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut *self {
            Self::Later(future) => future.as_mut().poll(context),
            Self::Ready(_) => {
                let taken = std::mem::replace(&mut *self, Self::Later(Box::pin(std::future::pending())));
                match taken {
                    Self::Ready(value) => Poll::Ready(value),
                    Self::Later(_) => Poll::Pending,
                }
            }
        }
    }
}
