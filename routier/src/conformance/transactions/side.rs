//! Work side by side in one task, and within closures that cannot await.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// How often [`now`] polls before it takes the work for stuck.
const PATIENCE: usize = 1_000_000;

/// Carries it out where nobody can await: within a closure that the store calls.
pub(super) fn now<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..PATIENCE {
        if let Poll::Ready(outcome) = work.as_mut().poll(&mut context) {
            return outcome;
        }
        std::thread::yield_now();
    }
    panic!("it waits for what comes after it")
}

/// Carries all of it out side by side, in one task: each is polled once a round.
pub(super) async fn together<T>(works: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut works: Vec<_> = works.into_iter().map(|work| (Box::pin(work), None)).collect();
    poll_fn(|context| {
        let mut is_over = true;
        for (work, outcome) in works.iter_mut().filter(|(_, outcome)| outcome.is_none()) {
            match work.as_mut().poll(context) {
                Poll::Ready(value) => *outcome = Some(value),
                Poll::Pending => is_over = false,
            }
        }
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    works.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

/// How often [`elsewhere`] looks whether the work is done.
const LOOKS: usize = 2_000_000;

/// Whether it ends on a thread of its own. What is called within a call of the store would wait for ever on the same
/// thread where a lock is held, and nothing could say so.
pub(super) fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> bool {
    let thread = std::thread::spawn(work);
    for _ in 0..LOOKS {
        if thread.is_finished() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}
