//! The future of a point read.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Result;

/// A read that has been carried out, or is under way: awaiting it hands the answer over.
///
/// On a storage that keeps rows in memory the answer is there when the method returns, and nothing is allocated.
#[must_use = "the read has been made: await it for the answer"]
pub struct Read<T>(Progress<T>);

enum Progress<T> {
    Ready(Option<Result<T>>),
    Later(Pin<Box<dyn Future<Output = Result<T>> + Send>>),
}

impl<T> Read<T> {
    #[inline]
    pub(crate) fn ready(answer: Result<T>) -> Self {
        Self(Progress::Ready(Some(answer)))
    }

    pub(crate) fn later(future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self(Progress::Later(Box::pin(future)))
    }
}

impl<T: Unpin> Future for Read<T> {
    type Output = Result<T>;

    /// Polled once more after the answer was handed over, it stays pending.
    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.0 {
            Progress::Ready(answer) => answer.take().map_or(Poll::Pending, Poll::Ready),
            Progress::Later(future) => future.as_mut().poll(context),
        }
    }
}

impl<T> fmt::Debug for Read<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Read")
    }
}
