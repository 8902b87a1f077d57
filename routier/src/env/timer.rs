//! The thread that wakes who sleeps on the machine's clock.
//!
//! A timer of ours, not an async runtime's, so that any executor will do. The thread starts with the first sleep, ends
//! when nobody has slept for a while, and is detached: it keeps no process alive.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the facade")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::sleepers::Sleepers;
// Its thread is none that a scheduler knows of.
use super::sync::real::{Condvar, Mutex};

/// The timer of the process.
pub(super) static TIMER: Timer = Timer::new(Duration::from_secs(10));

pub(super) struct Timer {
    queue: Mutex<Queue>,
    /// Notified when there is a new earliest sleeper.
    earlier: Condvar,
    /// How long the thread stays without sleepers.
    idle: Duration,
}

struct Queue {
    sleepers: Sleepers<Instant>,
    has_thread: bool,
}

impl Timer {
    pub(super) const fn new(idle: Duration) -> Timer {
        let queue = Queue { sleepers: Sleepers::new(), has_thread: false };
        Timer { queue: Mutex::new(queue), earlier: Condvar::new(), idle }
    }

    /// A future that is ready after this time, counted from now. Dropped before, it leaves nothing behind.
    pub(super) fn sleep(&'static self, duration: Duration) -> TimerSleep {
        TimerSleep { timer: self, until: Instant::now().checked_add(duration), place: None }
    }

    /// Has the waker called at `until`. Without a thread it is called at once: the sleeper then asks again and again.
    fn wake_at(&'static self, until: Instant, place: &mut Option<u64>, waker: Waker) {
        let mut queue = self.queue.lock();
        if !queue.has_thread {
            let name = "routier-timer".to_owned();
            queue.has_thread = std::thread::Builder::new().name(name).spawn(|| self.run()).is_ok();
        }
        if !queue.has_thread {
            drop(queue);
            return waker.wake();
        }
        let place = *place.get_or_insert_with(|| queue.sleepers.new_place());
        let is_earliest = queue.sleepers.first().is_none_or(|first| until < first);
        let before = queue.sleepers.put(until, place, waker);
        drop(queue);
        drop(before);
        if is_earliest {
            self.earlier.notify_one();
        }
    }

    fn run(&self) {
        let mut queue = self.queue.lock();
        loop {
            let due = queue.sleepers.take_due(Instant::now());
            if !due.is_empty() {
                drop(queue);
                due.into_iter().for_each(wake);
                queue = self.queue.lock();
                continue;
            }
            match queue.sleepers.first() {
                Some(until) => {
                    self.earlier.wait_until(&mut queue, until);
                }
                None => {
                    let nobody_came = self.earlier.wait_for(&mut queue, self.idle).timed_out();
                    if nobody_came && queue.sleepers.n_waiting() == 0 {
                        queue.has_thread = false;
                        return;
                    }
                }
            }
        }
    }
}

/// A panic of the executor is its own: it may not end the sleep of all others.
fn wake(waker: Waker) {
    let _panicked = catch_unwind(AssertUnwindSafe(|| waker.wake())).is_err();
}

/// A sleep on the machine's clock.
pub(super) struct TimerSleep {
    timer: &'static Timer,
    /// `None` is later than the machine can count.
    until: Option<Instant>,
    place: Option<u64>,
}

impl Future for TimerSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(until) = self.until else { return Poll::Pending };
        if until <= Instant::now() {
            return Poll::Ready(());
        }
        let timer = self.timer;
        timer.wake_at(until, &mut self.place, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for TimerSleep {
    fn drop(&mut self) {
        if let (Some(until), Some(place)) = (self.until, self.place) {
            let removed = self.timer.queue.lock().sleepers.remove(until, place);
            drop(removed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::Wake;
    use std::thread::{self, Thread};

    use super::*;

    /// As long as no machine that runs tests stands still.
    const LONG: Duration = Duration::from_secs(600);

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            std::panic::resume_unwind(Box::new("the executor's own"));
        }
    }

    fn timer() -> &'static Timer {
        Box::leak(Box::new(Timer::new(Duration::from_millis(1))))
    }

    fn block_on(future: impl Future<Output = ()>) {
        let waker = Arc::new(Unpark(thread::current())).into();
        let mut future = pin!(future);
        while future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            thread::park();
        }
    }

    fn poll(sleep: &mut TimerSleep) -> Poll<()> {
        Pin::new(sleep).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn sleeps_as_long_as_asked_for_and_in_order() {
        let (timer, begin) = (timer(), Instant::now());
        let mut long = timer.sleep(LONG);
        assert!(poll(&mut long).is_pending());
        block_on(timer.sleep(Duration::from_millis(20)));
        assert!(begin.elapsed() >= Duration::from_millis(20));
        assert!(poll(&mut long).is_pending());
        block_on(timer.sleep(Duration::ZERO));
    }

    #[test]
    fn a_dropped_sleep_leaves_nothing_behind() {
        let timer = timer();
        let mut sleep = timer.sleep(LONG);
        assert!(poll(&mut sleep).is_pending());
        assert!(poll(&mut sleep).is_pending());
        assert_eq!(timer.queue.lock().sleepers.n_waiting(), 1);
        drop(sleep);
        assert_eq!(timer.queue.lock().sleepers.n_waiting(), 0);
    }

    #[test]
    fn the_thread_ends_when_idle_and_comes_back() {
        let timer = timer();
        for _ in 0..2 {
            block_on(timer.sleep(Duration::from_millis(1)));
            while timer.queue.lock().has_thread {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_panic_of_a_waker_is_not_the_others_matter() {
        let timer = timer();
        let mut sleep = timer.sleep(Duration::from_millis(1));
        let waker = Arc::new(Panics).into();
        assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
        block_on(timer.sleep(Duration::from_millis(10)));
    }

    #[test]
    fn a_sleep_beyond_the_machines_time_does_not_end() {
        let mut sleep = timer().sleep(Duration::MAX);
        assert!(poll(&mut sleep).is_pending());
    }
}
