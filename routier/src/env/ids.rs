//! Where ids and random numbers come from.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use uuid::Uuid;

use super::clock::{Clock, SystemClock};
use super::sync::{Arc, AtomicU64, OnceLock, Ordering};

/// Where a store takes new ids from, and the randomness of its backoff.
///
/// [`SystemIds`] is the default. A test gives [`SequentialIds`] to the store's builder, and knows every id before.
///
/// # For implementors
///
/// `uuid` MUST NOT give a value twice; the keys of two rows would be one. It SHOULD grow, so that rows inserted one
/// after another stand one after another in key order. Neither method may panic or block. Nothing here is a secret.
///
/// ```
/// use routier::{IdGen, SequentialIds};
/// use uuid::Uuid;
///
/// /// Ids that show in which test they were made.
/// #[derive(Debug)]
/// struct Marked(SequentialIds);
///
/// impl IdGen for Marked {
///     fn uuid(&self) -> Uuid {
///         Uuid::from_u128(self.0.uuid().as_u128() | 0xbeef << 112)
///     }
///
///     fn random(&self) -> u64 {
///         self.0.random()
///     }
/// }
///
/// let ids = Marked(SequentialIds::new());
/// assert_eq!(ids.uuid().to_string(), "beef0000-0000-7000-8000-000000000001");
/// ```
pub trait IdGen: Send + Sync + fmt::Debug + 'static {
    /// A new id, in the form of a UUID of version 7.
    fn uuid(&self) -> Uuid;

    /// Any 64 bits.
    fn random(&self) -> u64;
}

/// The bits of a UUID of version 7 that are neither time nor random.
const VERSION_AND_VARIANT: u128 = 0x7000_8000_0000_0000_0000;
/// The 62 random bits at the end of a UUID of version 7.
const RANDOM_BITS: u64 = (1 << 62) - 1;
/// A tick is a 4096th of a millisecond since the Unix epoch, in 60 bits.
const LAST_TICK: u64 = (1 << 60) - 1;
/// A clock that stands later than this is taken to stand here, so that a million million ids have room to grow.
const LAST_TICK_OF_CLOCK: u64 = LAST_TICK - (1 << 40);

/// UUIDs of version 7 by a clock, each greater than the one before.
///
/// The first 60 bits without the version are the time in 4096ths of a millisecond. They grow by one where the clock
/// stands still or goes back, so that ids are strictly ascending whatever it does; the 62 bits after them are random,
/// from the standard library's hasher under keys of the operating system. It holds no lock; an id costs a read of the
/// clock and a hash.
///
/// ```
/// use std::sync::Arc;
///
/// use routier::{IdGen, SystemClock, SystemIds};
///
/// let ids = SystemIds::new(Arc::new(SystemClock));
/// let (first, second) = (ids.uuid(), ids.uuid());
/// assert!(first < second);
/// assert_eq!(first.get_version_num(), 7);
/// ```
pub struct SystemIds {
    clock: Arc<dyn Clock>,
    /// The tick of the last id.
    last_tick: AtomicU64,
    keys: RandomState,
    n_random: AtomicU64,
}

impl SystemIds {
    /// Ids by this clock. They ascend within this value, not beside those of another.
    #[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this module is the facade")]
    pub fn new(clock: Arc<dyn Clock>) -> SystemIds {
        SystemIds {
            clock,
            last_tick: AtomicU64::new(0),
            keys: RandomState::new(),
            n_random: AtomicU64::new(0),
        }
    }

    /// Those of the whole process, by the machine's clock: they ascend through all stores.
    pub(super) fn of_process() -> Arc<SystemIds> {
        static OF_PROCESS: OnceLock<Arc<SystemIds>> = OnceLock::new();
        Arc::clone(OF_PROCESS.get_or_init(|| Arc::new(SystemIds::new(Arc::new(SystemClock)))))
    }

    /// A tick that nobody had before: the clock's, or the one after the last.
    ///
    /// Each of the two steps that give one raises `last_tick` to it, so that no two calls get the same.
    fn tick(&self) -> u64 {
        let now = tick_of(self.clock.now());
        let last = self.last_tick.fetch_max(now, Ordering::Relaxed);
        let tick = if last < now { now } else { self.last_tick.fetch_add(1, Ordering::Relaxed) + 1 };
        tick.min(LAST_TICK)
    }
}

impl IdGen for SystemIds {
    fn uuid(&self) -> Uuid {
        version_7(self.tick(), self.random())
    }

    fn random(&self) -> u64 {
        self.keys.hash_one(self.n_random.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Debug for SystemIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemIds").field("clock", &self.clock).finish_non_exhaustive()
    }
}

fn tick_of(now: Duration) -> u64 {
    let part = u64::from(now.subsec_nanos() % 1_000_000) * 4096 / 1_000_000;
    let tick = now.as_millis() << 12 | u128::from(part);
    u64::try_from(tick).map_or(LAST_TICK_OF_CLOCK, |tick| tick.min(LAST_TICK_OF_CLOCK))
}

fn version_7(tick: u64, random: u64) -> Uuid {
    let (millis, part) = (u128::from(tick >> 12), u128::from(tick & 0xFFF));
    Uuid::from_u128(millis << 80 | part << 64 | VERSION_AND_VARIANT | u128::from(random & RANDOM_BITS))
}

/// Ids that a test knows before: 1, 2, 3 and so on, in the form of UUIDs of version 7.
///
/// The random numbers are the same in every run too, and are spread over all 64 bits.
///
/// ```
/// use routier::{IdGen, SequentialIds};
///
/// let ids = SequentialIds::new();
/// assert_eq!(ids.uuid().to_string(), "00000000-0000-7000-8000-000000000001");
/// assert_eq!(ids.uuid().to_string(), "00000000-0000-7000-8000-000000000002");
/// assert_eq!(ids.random(), SequentialIds::new().random());
/// ```
#[derive(Debug, Default)]
pub struct SequentialIds {
    n_uuids: AtomicU64,
    n_random: AtomicU64,
}

impl SequentialIds {
    /// Ids from 1.
    pub fn new() -> SequentialIds {
        SequentialIds::default()
    }
}

impl IdGen for SequentialIds {
    fn uuid(&self) -> Uuid {
        version_7(0, self.n_uuids.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The finalizer of SplitMix64 over a counter: every number comes once before one comes again.
    fn random(&self) -> u64 {
        let n = self.n_random.fetch_add(1, Ordering::Relaxed) + 1;
        let mut bits = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ bits >> 31
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use uuid::Variant;

    use super::super::clock::ManualClock;
    use super::*;

    fn ascend(ids: &[Uuid]) -> bool {
        ids.is_sorted_by(|a, b| a < b)
    }

    #[test]
    fn ids_carry_the_time_and_the_marks_of_version_7() {
        let clock = ManualClock::new(Duration::from_millis(0x0123_4567_89AB) + Duration::from_nanos(500_000));
        let id = SystemIds::new(Arc::new(clock)).uuid();
        assert_eq!((id.get_version_num(), id.get_variant()), (7, Variant::RFC4122));
        assert!(id.to_string().starts_with("01234567-89ab-7800-"), "{id}");
    }

    #[test]
    fn ids_ascend_whatever_the_clock_does() {
        let clock = ManualClock::new(Duration::from_secs(1_700_000_000));
        let ids = SystemIds::new(Arc::new(clock.clone()));
        let mut all = Vec::new();
        let mut make = |n: usize| all.extend((0..n).map(|_| ids.uuid()));
        make(10_000);
        clock.set(Duration::from_secs(1_699_996_400));
        make(10_000);
        clock.set(Duration::ZERO);
        make(10_000);
        clock.set(Duration::from_secs(1_700_003_600));
        make(10_000);
        for far in [Duration::from_secs(u64::MAX >> 10), Duration::from_millis(u64::MAX), Duration::MAX] {
            clock.set(far);
            make(10_000);
        }
        clock.set(Duration::from_secs(1));
        make(10_000);
        assert!(ascend(&all));
        assert!(all.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == Variant::RFC4122));
    }

    #[test]
    fn no_two_threads_get_one_id() {
        let ids = SystemIds::new(Arc::new(SystemClock));
        let make = || (0..10_000).map(|_| ids.tick()).collect::<Vec<_>>();
        let made = thread::scope(|scope| {
            let threads = [scope.spawn(make), scope.spawn(make), scope.spawn(make)];
            threads.map(|thread| thread.join().expect("no thread panics"))
        });
        assert!(made.iter().all(|ticks| ticks.is_sorted_by(|a, b| a < b)));
        assert_eq!(made.concat().into_iter().collect::<BTreeSet<_>>().len(), 30_000);
    }

    #[test]
    fn two_generators_differ_at_the_same_time() {
        let ids = || SystemIds::new(Arc::new(ManualClock::new(Duration::ZERO)));
        assert_ne!(ids().uuid(), ids().uuid());
        let ids = ids();
        assert_ne!(ids.random(), ids.random());
    }

    #[test]
    fn sequential_ids_are_the_same_in_every_run() {
        let ids = SequentialIds::new();
        let made: Vec<Uuid> = (0..1000).map(|_| ids.uuid()).collect();
        assert!(ascend(&made));
        assert!(made.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == Variant::RFC4122));
        let random = [ids.random(), ids.random(), ids.random()];
        assert_eq!(random, [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]);
    }
}
