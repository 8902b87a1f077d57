//! Who lets the processes run: a seed, or the machine.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use super::history::{History, Transaction};
use super::lists::{Later, Lists};
use super::process::{Ground, Pauses, process};
use crate::conformance::rng::Rng;
use crate::conformance::run::said;
use crate::env::sync::{Arc, Mutex};
use crate::{Error, Result};

/// Who lets the processes run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// One thread. The seed says which process goes one step: begins, does one thing, goes on with what waited, ends. The
    /// same seed gives the same history again, as far as the store is the same.
    Interleaved {
        /// How many processes there are.
        processes: u64,
    },
    /// Each process on a thread of its own. The seed says what is done, and the machine when.
    Threads {
        /// How many processes there are.
        processes: u64,
    },
}

impl Driver {
    /// Six processes on one thread.
    pub const INTERLEAVED: Self = Self::Interleaved { processes: 6 };
    /// Four processes on four threads.
    pub const THREADS: Self = Self::Threads { processes: 4 };
}

/// Runs random transactions on lists, and gives what was observed.
///
/// # Errors
///
/// What the lists report, other than that another transaction was faster.
pub async fn observe(
    lists: Arc<dyn Lists>,
    driver: Driver,
    seed: u64,
    n_transactions: u64,
) -> Result<History> {
    let (Driver::Interleaved { processes } | Driver::Threads { processes }) = driver;
    let pauses = match driver {
        Driver::Interleaved { .. } => Pauses::Turn,
        Driver::Threads { .. } => Pauses::Processor,
    };
    let ground = Arc::new(Ground::new(Arc::clone(&lists), processes, n_transactions, pauses));
    let mut rng = Rng::new(seed);
    let works: Vec<Observing> = (0..processes)
        .map(|number| -> Observing { Box::pin(process(Arc::clone(&ground), number, Rng::new(rng.next()))) })
        .collect();
    let mut transactions = match driver {
        Driver::Interleaved { .. } => interleaved(works, rng).await?,
        Driver::Threads { .. } => on_threads(works).await?,
    };
    transactions.sort_by_key(|transaction| transaction.invoked);
    Ok(History { transactions, last: Some(lists.last().await?) })
}

type Observing = Later<'static, Vec<Transaction>>;

/// How many steps are taken before others of the same task may run.
const STEPS: usize = 16;

async fn interleaved(mut works: Vec<Observing>, mut rng: Rng) -> Result<Vec<Transaction>> {
    let mut transactions = Vec::new();
    poll_fn(move |context| {
        for _ in 0..STEPS {
            if works.is_empty() {
                return Poll::Ready(Ok(std::mem::take(&mut transactions)));
            }
            let place = rng.place(works.len());
            let Some(work) = works.get_mut(place) else { break };
            match work.as_mut().poll(context) {
                Poll::Ready(Ok(done)) => {
                    transactions.extend(done);
                    drop(works.remove(place));
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
        }
        // whoever waits for another process is polled again in his turn
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// What the threads have left behind.
#[derive(Default)]
struct Ended {
    outcomes: Vec<Result<Vec<Transaction>>>,
    waiting: Option<Waker>,
}

async fn on_threads(works: Vec<Observing>) -> Result<Vec<Transaction>> {
    let n_works = works.len();
    let ended = Arc::new(Mutex::new(Ended::default()));
    for work in works {
        let ended = Arc::clone(&ended);
        std::thread::spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| block_on(work)));
            let outcome = outcome.unwrap_or_else(|panic| Err(Error::bug(said(&*panic))));
            let mut ended = ended.lock();
            ended.outcomes.push(outcome);
            let waiting = ended.waiting.take();
            drop(ended);
            waiting.into_iter().for_each(Waker::wake);
        });
    }
    let outcomes = poll_fn(|context| {
        let mut ended = ended.lock();
        if ended.outcomes.len() == n_works {
            return Poll::Ready(std::mem::take(&mut ended.outcomes));
        }
        ended.waiting = Some(context.waker().clone());
        Poll::Pending
    });
    let mut transactions = Vec::new();
    for outcome in outcomes.await {
        transactions.extend(outcome?);
    }
    Ok(transactions)
}

/// Polls on this thread, which sleeps in between.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match work.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => std::thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
