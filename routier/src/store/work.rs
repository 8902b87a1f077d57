//! A future whose type names only what it gives.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Result;

/// Work that begins when it is awaited.
///
/// Its type does not depend on what the method was called with, so that a call that does not compile is one error: of an
/// `impl Future` the compiler asks the bounds of the method again where it is made and where it is awaited. The price is
/// an allocation.
#[must_use = "nothing is done until it is awaited"]
pub struct Work<T>(Pin<Box<dyn Future<Output = Result<T>> + Send>>);

impl<T> Work<T> {
    pub(crate) fn new(future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for Work<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Work<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}
