//! Futures polled by hand: dropped halfway, and caught when they panic.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::conformance::bell::Bell;
use crate::env::sync::Arc;

/// So often another thread is let go on before a future is polled again that nobody has woken.
const PATIENCE: u32 = 20_000;

/// A future of a table.
pub(super) type Later<T> = Work<'static, T>;

/// A future that borrows.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What it gives, if it ends within so many polls.
pub(super) fn poll_times<T>(work: &mut Work<'_, T>, times: usize) -> Option<T> {
    let bell = Bell::new();
    let waker = Waker::from(Arc::clone(&bell));
    let mut context = Context::from_waker(&waker);
    for poll in 1..=times {
        let rung = bell.count();
        if let Poll::Ready(outcome) = work.as_mut().poll(&mut context) {
            return Some(outcome);
        }
        if poll < times {
            // A storage may answer from a thread of its own.
            bell.wait_beyond(rung, PATIENCE);
        }
    }
    None
}

/// What it gives, or `None` when it panicked.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = Box::pin(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Panics, and says nothing on the terminal: it is meant.
pub(super) fn burst() -> ! {
    resume_unwind(Box::new("a planted panic"))
}
