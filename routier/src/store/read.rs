//! The future of a point read.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::error::Result;

/// A read that has been carried out, or is under way: awaiting it hands the answer over.
///
/// What is written after the call is not in it. On a storage that keeps rows in memory the answer is there when the
/// method returns, and out of a transaction nothing is allocated for it.
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

    /// A read that may take time: it begins now, and is through where nothing has to be waited for.
    pub(crate) fn later(future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        let mut future = Box::pin(future);
        // whoever awaits it polls it again, with a waker
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Self::ready(answer),
            Poll::Pending => Self(Progress::Later(future)),
        }
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
