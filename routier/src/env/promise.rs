//! A value that comes later, and the future that waits for it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::env::sync::{Arc, Mutex};

/// Where the value is put. Nobody has to wait for it.
pub(crate) struct Promise<T>(Mutex<State<T>>);

/// Waits for the value.
pub(crate) struct Promised<T>(Arc<Promise<T>>);

enum State<T> {
    Waiting(Option<Waker>),
    There(T),
    Taken,
}

impl<T> Promise<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::Waiting(None))))
    }

    pub(crate) fn wait(self: &Arc<Self>) -> Promised<T> {
        Promised(Arc::clone(self))
    }

    /// Puts the value there, and wakes who waits. Called under no lock.
    pub(crate) fn fulfil(&self, value: T) {
        let before = std::mem::replace(&mut *self.0.lock(), State::There(value));
        if let State::Waiting(Some(waker)) = before {
            waker.wake();
        }
    }
}

#[cfg(any(feature = "file", feature = "sqlite"))]
impl<T> Promised<std::thread::Result<T>> {
    /// Waits for what another thread did. Where it panicked, the panic comes out here.
    pub(crate) async fn or_panic(self) -> T {
        self.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[cfg(feature = "sqlite")]
impl<T> Promised<T> {
    /// Whether the value is there.
    pub(crate) fn is_there(&self) -> bool {
        matches!(*self.0.0.lock(), State::There(_))
    }
}

impl<T> Future for Promised<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let waker = context.waker().clone();
        let mut state = self.0.0.lock();
        match &mut *state {
            State::Waiting(last) => {
                let last = last.replace(waker);
                drop(state);
                drop(last);
                Poll::Pending
            }
            State::There(_) => match std::mem::replace(&mut *state, State::Taken) {
                State::There(value) => Poll::Ready(value),
                State::Waiting(_) | State::Taken => Poll::Pending,
            },
            State::Taken => Poll::Pending,
        }
    }
}
