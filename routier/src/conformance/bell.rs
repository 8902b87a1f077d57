//! A waker that counts how often it was called.

use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;

use crate::env::sync::{Arc, AtomicUsize, Ordering};

#[derive(Default)]
pub(super) struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Waits until it has rung more often, but not for ever: some of what is polled waits for nothing. So often another
    /// thread is let go on.
    pub(super) fn wait_beyond(&self, count: usize, mut patience: u32) {
        while self.count() <= count && patience > 0 {
            std::thread::yield_now();
            patience -= 1;
        }
    }

    /// Polls once, to be woken by this bell.
    pub(super) fn poll<S: Stream + Unpin>(self: &Arc<Self>, stream: &mut S) -> Poll<Option<S::Item>> {
        let waker = Waker::from(Arc::clone(self));
        Pin::new(stream).poll_next(&mut Context::from_waker(&waker))
    }
}
