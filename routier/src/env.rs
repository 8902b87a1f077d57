//! What the crate takes from the machine: time, ids, files, locks.
//!
//! This is the only module that may use the originals. Everything else goes through it, so that a test can stand in
//! their place: a clock that is moved by hand, ids that are known before, a disk that fails where it is told to, a
//! scheduler that tries every order.

pub(crate) mod sync;

pub(crate) mod promise;
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) mod threads;

mod sleepers;
mod timer;

mod clock;
mod ids;
mod vfs;
mod vfs_std;

pub use clock::{Clock, ManualClock, SystemClock};
pub use ids::{IdGen, SequentialIds, SystemIds};
pub use vfs::{Vfs, VfsFile, VfsMetadata};
pub use vfs_std::StdVfs;

use sync::Arc;

/// The clock and the ids of one store; the parts of it that outlive a call hold a clone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Env {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids and random numbers.
    pub ids: Arc<dyn IdGen>,
}

impl Env {
    /// The machine's clock and ids, which grow through all stores of the process.
    pub fn system() -> Env {
        Env { clock: Arc::new(SystemClock), ids: SystemIds::of_process() }
    }

    /// Another clock, and ids that follow it.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Env {
        Env { ids: Arc::new(SystemIds::new(Arc::clone(&clock))), clock }
    }
}

impl Default for Env {
    fn default() -> Env {
        Env::system()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_follow_the_clock_that_is_given() {
        let env = Env::with_clock(Arc::new(ManualClock::new(Duration::from_millis(0x0123_4567_89AB))));
        assert_eq!(env.clock.now(), Duration::from_millis(0x0123_4567_89AB));
        assert!(env.ids.uuid().to_string().starts_with("01234567-89ab-7"));
    }

    #[test]
    fn ids_grow_through_all_stores_of_the_process() {
        let (one, other) = (Env::system(), Env::default());
        let ids = [one.ids.uuid(), other.ids.uuid(), one.ids.uuid()];
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    }
}
