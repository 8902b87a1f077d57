//! A clock on which no clause waits.

use std::pin::Pin;
use std::time::Duration;

use crate::conformance::tools::Pause;
use crate::env::Clock;
use crate::env::sync::{Arc, Mutex};

/// No pause between runs is longer.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// A clock that stands still and notes every sleep. Those of up to this length are over when they are polled again,
/// longer ones never.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    longest: Duration,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Default for Quick {
    /// The pauses between runs are over at once, what would take longer never comes.
    fn default() -> Self {
        Self::up_to(LONGEST_PAUSE)
    }
}

impl Quick {
    pub(super) fn up_to(longest: Duration) -> Self {
        Self { longest, slept: Arc::default() }
    }

    /// The sleeps since the last call, in their order.
    pub(super) fn slept(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.slept.lock())
    }
}

impl Clock for Quick {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.slept.lock().push(duration);
        if duration <= self.longest { Box::pin(Pause::default()) } else { Box::pin(std::future::pending()) }
    }
}
