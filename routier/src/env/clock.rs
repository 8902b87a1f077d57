//! What time it is, and how to wait.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::sleepers::Sleepers;
use super::sync::{Arc, Mutex};
use super::timer::TIMER;

/// A clock that a store reads and sleeps by.
///
/// Ids of version 7, backoff, timeouts and the age of snapshots follow it; the order of commits never does, so that a
/// clock that goes back or stands still costs no correctness. [`SystemClock`] is the default. A test gives a
/// [`ManualClock`] to the store's builder, and decides itself how late it is.
///
/// # For implementors
///
/// `now` MUST NOT panic or block: it is asked on the way of each insert that makes an id. It MAY go back. A sleep MUST
/// end by a wake of the task that polls it, on any executor, and SHOULD cost nothing after it was dropped.
///
/// ```
/// use std::pin::Pin;
/// use std::time::Duration;
///
/// use routier::{Clock, SystemClock};
///
/// /// The machine's clock, an hour behind.
/// #[derive(Debug)]
/// struct HourBehind;
///
/// impl Clock for HourBehind {
///     fn now(&self) -> Duration {
///         SystemClock.now().saturating_sub(Duration::from_secs(3600))
///     }
///
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         SystemClock.sleep(duration)
///     }
/// }
///
/// assert!(HourBehind.now() < SystemClock.now());
/// ```
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The time since the Unix epoch, 0 if the clock stands before it.
    fn now(&self) -> Duration;

    /// A future that is ready when this much time has passed since the call.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's clock.
///
/// Sleeps are woken by one thread for the whole process, which starts with the first of them and ends when there is
/// none for ten seconds. They work on every executor, do not follow a change of the wall clock, and are removed when
/// dropped. A sleep costs an allocation and, to enter and to leave, the logarithm of the number of sleepers.
///
/// ```
/// use std::time::Duration;
///
/// use routier::{Clock, SystemClock};
///
/// async fn a_second_later() -> Duration {
///     SystemClock.sleep(Duration::from_secs(1)).await;
///     SystemClock.now()
/// }
/// # drop(a_second_later());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the facade")]
    fn now(&self) -> Duration {
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(TIMER.sleep(duration))
    }
}

/// A clock that stands still until it is moved, for tests.
///
/// Clones are one clock: give one to the store, and keep one to move it by. Who sleeps on it wakes when it is moved to
/// the end of the sleep or beyond; nothing else wakes a sleeper.
///
/// ```
/// use std::task::{Context, Waker};
/// use std::time::Duration;
///
/// use routier::{Clock, ManualClock};
///
/// let clock = ManualClock::new(Duration::from_secs(1_700_000_000));
/// let mut sleep = clock.sleep(Duration::from_secs(60));
/// let mut context = Context::from_waker(Waker::noop());
/// assert!(sleep.as_mut().poll(&mut context).is_pending());
///
/// clock.advance(Duration::from_secs(60));
/// assert!(sleep.as_mut().poll(&mut context).is_ready());
/// assert_eq!(clock.now(), Duration::from_secs(1_700_000_060));
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<Hands>>);

struct Hands {
    now: Duration,
    sleepers: Sleepers<Duration>,
}

impl ManualClock {
    /// A clock that shows this time since the Unix epoch.
    pub fn new(at: Duration) -> ManualClock {
        ManualClock(Arc::new(Mutex::new(Hands { now: at, sleepers: Sleepers::new() })))
    }

    /// Moves it forward and wakes who has slept enough. At the end of what a `Duration` counts it stands still.
    pub fn advance(&self, by: Duration) {
        self.turn(|now| now.saturating_add(by));
    }

    /// Moves it to this time since the Unix epoch, back also, and wakes who has slept enough.
    ///
    /// Moved back it wakes nobody, and a sleep that has begun before ends at the same time of day as it would have.
    pub fn set(&self, at: Duration) {
        self.turn(|_| at);
    }

    /// How many sleeps have been polled and are neither over nor dropped.
    ///
    /// A test waits for it before it moves the clock: what does not sleep yet would sleep too long.
    pub fn n_sleepers(&self) -> usize {
        self.0.lock().sleepers.n_waiting()
    }

    fn turn(&self, to: impl FnOnce(Duration) -> Duration) {
        let due = {
            let mut hands = self.0.lock();
            hands.now = to(hands.now);
            let now = hands.now;
            hands.sleepers.take_due(now)
        };
        due.into_iter().for_each(std::task::Waker::wake);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        self.0.lock().now
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let until = self.now().saturating_add(duration);
        Box::pin(ManualSleep { clock: self.clone(), until, place: None })
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

struct ManualSleep {
    clock: ManualClock,
    until: Duration,
    place: Option<u64>,
}

impl Future for ManualSleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waker = context.waker().clone();
        let clock = self.clock.clone();
        let mut hands = clock.0.lock();
        if self.until <= hands.now {
            return Poll::Ready(());
        }
        let place = *self.place.get_or_insert_with(|| hands.sleepers.new_place());
        let before = hands.sleepers.put(self.until, place, waker);
        drop(hands);
        drop(before);
        Poll::Pending
    }
}

impl Drop for ManualSleep {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let removed = self.clock.0.lock().sleepers.remove(self.until, place);
            drop(removed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Wake;

    use super::super::sync::{AtomicUsize, Ordering};
    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn the_system_clock_runs_and_sleeps() {
        assert!(SystemClock.now() > seconds(1_700_000_000));
        let mut sleep = SystemClock.sleep(seconds(600));
        assert!(sleep.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
    }

    #[test]
    fn moving_wakes_whose_time_has_come() {
        let clock = ManualClock::new(seconds(100));
        let wakes = Arc::new(Counter::default());
        let waker = Arc::clone(&wakes).into();
        let mut context = Context::from_waker(&waker);
        let mut sleeps: Vec<_> = [3, 1, 2].map(|n| clock.sleep(seconds(n))).into();
        assert_eq!(clock.n_sleepers(), 0);
        for sleep in sleeps.iter_mut() {
            assert!(sleep.as_mut().poll(&mut context).is_pending());
            assert!(sleep.as_mut().poll(&mut context).is_pending(), "polled twice, it still sleeps once");
        }
        assert_eq!(clock.n_sleepers(), 3);

        clock.advance(seconds(2));
        assert_eq!((wakes.0.load(Ordering::Relaxed), clock.n_sleepers()), (2, 1));
        clock.set(seconds(1));
        assert_eq!((wakes.0.load(Ordering::Relaxed), clock.now()), (2, seconds(1)));
        clock.clone().set(seconds(103));
        assert_eq!((wakes.0.load(Ordering::Relaxed), clock.n_sleepers()), (3, 0));
        assert!(sleeps.iter_mut().all(|sleep| sleep.as_mut().poll(&mut context).is_ready()));
    }

    #[test]
    fn a_dropped_sleep_is_no_sleeper() {
        let clock = ManualClock::new(Duration::ZERO);
        let mut sleep = clock.sleep(Duration::MAX);
        assert!(sleep.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_pending());
        assert_eq!(clock.n_sleepers(), 1);
        drop(sleep);
        assert_eq!(clock.n_sleepers(), 0);
        clock.set(Duration::MAX);
        clock.advance(seconds(1));
        assert_eq!(clock.now(), Duration::MAX);
    }
}
