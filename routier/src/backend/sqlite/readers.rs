//! Threads that read single rows.
//!
//! A row is found in a few microseconds; to wake a thread that is parked takes longer than that. These threads look for the
//! next read for a moment before they park, and who has the only read looks for its row for a moment before it gives its own
//! thread up. Where there are several, their tasks take turns meanwhile. Whatever may take long is done elsewhere, on the
//! pool of `blocking`, which has more threads.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{hint, thread};

use crate::backend::sqlite::shared::Shared;
use crate::env::promise::Promise;
use crate::env::sync::{Arc, AtomicUsize, Condvar, Mutex, Ordering};
use crate::error::Result;
use crate::storage::Answer;

/// So many threads at most.
const MOST: usize = 8;
/// So often a thread that reads looks for the next read, and lets others go on after so many of the looks.
const LOOKS: u32 = 256;
const PATIENCE: u32 = 8;
/// So often who waits looks for the row, 10 to 20 µs. It lets nobody go on in between: that may take the executor's thread
/// away for long.
const LOOKS_OF_CALLER: u32 = 512;

type Job = Box<dyn FnOnce() + Send>;

/// The reads that wait, and the threads that carry them out: begun when they are needed.
pub(super) struct Readers {
    /// Whether a thread can read while another looks for its row.
    are_beside: bool,
    state: Mutex<State>,
    /// How many reads wait, to be seen without the lock.
    n_waiting: AtomicUsize,
    /// How many reads have begun and are not done.
    n_open: AtomicUsize,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    n_threads: usize,
    is_over: bool,
}

impl Shared {
    /// Reads on a thread that may block.
    pub(super) fn soon<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Answer<'static, Result<T>> {
        let promise: Arc<Promise<thread::Result<Result<T>>>> = Promise::new();
        let answer = promise.wait();
        let shared = Arc::clone(self);
        let is_alone = self.readers.n_open.fetch_add(1, Ordering::Relaxed) == 0 && self.readers.are_beside;
        self.readers.push(Box::new(move || {
            let read = catch_unwind(AssertUnwindSafe(|| read(&shared)));
            shared.readers.n_open.fetch_sub(1, Ordering::Relaxed);
            // Not kept while others are told: it may be the last of the store.
            drop(shared);
            promise.fulfil(read);
        }));
        Answer::later(async move {
            if is_alone {
                look(LOOKS_OF_CALLER, || answer.is_there());
            }
            answer.or_panic().await
        })
    }
}

/// Looks at most so often whether something has come.
fn look(times: u32, has_come: impl Fn() -> bool) -> bool {
    for _ in 0..times {
        if has_come() {
            return true;
        }
        hint::spin_loop();
    }
    false
}

impl Readers {
    pub(super) fn new() -> Arc<Self> {
        let (state, wake) = (Mutex::default(), Condvar::default());
        let (n_waiting, n_open) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let are_beside = thread::available_parallelism().is_ok_and(|processors| processors.get() > 1);
        Arc::new(Self { are_beside, state, n_waiting, n_open, wake })
    }

    fn push(self: &Arc<Self>, job: Job) {
        let mut state = self.state.lock();
        state.jobs.push_back(job);
        self.n_waiting.store(state.jobs.len(), Ordering::Relaxed);
        let is_short = state.jobs.len() > state.n_threads && state.n_threads < MOST;
        if is_short {
            state.n_threads += 1;
        }
        drop(state);
        self.wake.notify_one();
        if is_short {
            self.begin();
        }
    }

    /// Begins a thread.
    fn begin(self: &Arc<Self>) {
        let theirs = Arc::clone(self);
        let begun = thread::Builder::new().name("routier-read".to_owned()).spawn(move || theirs.work());
        if begun.is_ok() {
            return;
        }
        let mut state = self.state.lock();
        state.n_threads -= 1;
        if state.n_threads == 0 {
            // There is no thread to be had: what waits is done by those there are.
            let jobs = std::mem::take(&mut state.jobs);
            self.n_waiting.store(0, Ordering::Relaxed);
            drop(state);
            blocking::unblock(move || jobs.into_iter().for_each(|job| job())).detach();
        }
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            // What panics here is not the read, but whom its end wakes or lets go: the thread is needed all the same.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// The next read; `None` when the thread is to end.
    fn next(&self) -> Option<Job> {
        for _ in 0..LOOKS / PATIENCE {
            if look(PATIENCE, || self.n_waiting.load(Ordering::Relaxed) > 0) {
                break;
            }
            thread::yield_now();
        }
        let mut state = self.state.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                self.n_waiting.store(state.jobs.len(), Ordering::Relaxed);
                return Some(job);
            }
            if state.is_over {
                // Who reads later begins another.
                state.n_threads -= 1;
                return None;
            }
            self.wake.wait(&mut state);
        }
    }

    /// Ends the threads, each when nothing waits.
    pub(super) fn end(&self) {
        self.state.lock().is_over = true;
        self.wake.notify_all();
    }
}
