//! Many histories, each checked.

use std::fmt;
use std::future::poll_fn;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use super::check::check;
use super::drivers::{Driver, observe};
use super::findings::Findings;
use super::lists::{Later, Lists};
use super::workload::{Workload, stored};
use crate::conformance::Subject;
use crate::conformance::run::said;
use crate::conformance::tools::Pause;
use crate::env::sync::Arc;
use crate::env::{Clock, SequentialIds, SystemClock};
use crate::{Isolation, Store};

/// Which histories to run, and what to hold them against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// A history for each, on a store of its own.
    pub seeds: Range<u64>,
    /// How many transactions each has.
    pub transactions: u64,
    /// Who lets them run.
    pub driver: Driver,
    /// What the lists are.
    pub workload: Workload,
    /// The level at which the transactions run.
    pub level: Isolation,
    /// The level that the histories are held against: that of the transactions, or a higher one, to see what a lower lets
    /// through.
    pub checked_as: Isolation,
}

impl Campaign {
    /// Histories of 120 transactions on lists that are rows, interleaved on one thread.
    pub fn new(level: Isolation, seeds: Range<u64>) -> Self {
        let driver = Driver::INTERLEAVED;
        Self { seeds, transactions: 120, driver, workload: Workload::Rows, level, checked_as: level }
    }

    /// Each workload at each level at which it has to be right.
    pub fn each(driver: Driver, seeds: Range<u64>) -> [Self; 4] {
        [
            (Workload::Rows, Isolation::Serializable),
            (Workload::Queries, Isolation::Serializable),
            (Workload::Rows, Isolation::Snapshot),
            (Workload::GuardedQueries, Isolation::Snapshot),
        ]
        .map(|(workload, level)| Self { workload, driver, ..Self::new(level, seeds.clone()) })
    }

    /// Runs it on stores of a subject, and checks every history.
    ///
    /// No async runtime is needed.
    pub async fn run(&self, subject: &Subject) -> Findings {
        let open = |_seed| -> Later<'static, Arc<dyn Lists>> {
            let (subject, workload, level) = (subject.clone(), self.workload, self.level);
            Box::pin(async move {
                let builder = Store::builder().clock(Prompt).ids(SequentialIds::new());
                stored(subject.build(builder).await?, workload, level).await
            })
        };
        self.run_on(open).await
    }

    /// Runs it on lists that `open` gives for each seed, empty ones, and checks every history. It ends early where one comes
    /// to no end.
    pub async fn run_on(&self, open: impl Fn(u64) -> Later<'static, Arc<dyn Lists>>) -> Findings {
        let mut findings = Findings::default();
        for seed in self.seeds.clone() {
            let (driver, n_transactions, lists) = (self.driver, self.transactions, open(seed));
            let history: Later<'static, _> =
                Box::pin(async move { observe(lists.await?, driver, seed, n_transactions).await });
            match ended(history).await {
                Ok(history) => {
                    let anomalies = check(&history, self.checked_as);
                    findings.note(seed, history, anomalies);
                }
                Err(why) => {
                    findings.break_off(seed, why);
                    break;
                }
            }
        }
        findings
    }
}

/// `Queries at Serializable, interleaved`.
impl fmt::Display for Campaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.workload, self.level)?;
        if self.checked_as != self.level {
            write!(f, " as {:?}", self.checked_as)?;
        }
        f.write_str(match self.driver {
            Driver::Interleaved { .. } => ", interleaved",
            Driver::Threads { .. } => ", on threads",
        })
    }
}

/// A history ends within milliseconds.
const LONGEST: Duration = Duration::from_secs(60);

/// What a history gives, or why it has no end.
async fn ended<T>(mut history: Later<'static, T>) -> Result<T, String> {
    let mut limit = pin!(SystemClock.sleep(LONGEST));
    poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| history.as_mut().poll(context))) {
            Ok(Poll::Ready(outcome)) => return Poll::Ready(outcome.map_err(|error| error.to_string())),
            Ok(Poll::Pending) => {}
            Err(panic) => return Poll::Ready(Err(said(&*panic))),
        }
        limit.as_mut().poll(context).map(|()| Err(format!("it did not end within {LONGEST:?}")))
    })
    .await
}

/// A clock that stands still, and on which every sleep is over at the second poll: a history takes no time.
#[derive(Clone, Copy, Debug)]
struct Prompt;

impl Clock for Prompt {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, _duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(Pause::default())
    }
}
