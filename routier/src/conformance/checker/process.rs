//! A process: one transaction after the other, and what it saw of each.

use std::future::poll_fn;
use std::task::Poll;

use super::history::{Operation, Outcome, Transaction};
use super::lists::{Later, Lists, Plan};
use crate::conformance::rng::Rng;
use crate::conformance::tools::Pause;
use crate::env::sync::{Arc, AtomicU64, Ordering};
use crate::{ErrorKind, Result};

/// So many lists are in use.
const LISTS: u64 = 5;
/// A transaction has at most so many operations.
const OPERATIONS: u64 = 4;
/// One that has more only reads, so that it sees what is old by then.
const MANY: u64 = 16;

/// What the processes share.
pub(super) struct Ground {
    pub(super) lists: Arc<dyn Lists>,
    pub(super) n_processes: u64,
    /// How many transactions are still to be begun.
    pub(super) left: AtomicU64,
    pub(super) pauses: Pauses,
    clock: AtomicU64,
    elements: AtomicU64,
}

/// What a process does between two steps.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pauses {
    /// It waits for its next turn.
    Turn,
    /// It gives its processor away now and then.
    Processor,
}

/// How a transaction is going to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Commit,
    /// The commit is dropped when it has been polled so often.
    Abandon(u64),
    RollBack,
    Drop,
}

impl Ground {
    pub(super) fn new(lists: Arc<dyn Lists>, n_processes: u64, n_transactions: u64, pauses: Pauses) -> Self {
        let (clock, elements) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { lists, n_processes, left: AtomicU64::new(n_transactions), pauses, clock, elements }
    }

    /// A time that is given once.
    fn time(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    fn takes_one(&self) -> bool {
        let take = |left: u64| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    async fn pause(&self, rng: &mut Rng) {
        match self.pauses {
            Pauses::Turn => Pause::default().await,
            Pauses::Processor if rng.once_in(3) => std::thread::yield_now(),
            Pauses::Processor => {}
        }
    }
}

/// Runs transactions until all have been begun.
pub(super) async fn process(ground: Arc<Ground>, number: u64, mut rng: Rng) -> Result<Vec<Transaction>> {
    let mut process = number;
    let mut done = Vec::new();
    while ground.takes_one() {
        let transaction = transaction(&ground, process, &mut rng).await?;
        if transaction.outcome == Outcome::Info {
            // who does not know whether it is over cannot say that something comes after it
            process += ground.n_processes;
        }
        done.push(transaction);
    }
    Ok(done)
}

async fn transaction(ground: &Ground, process: u64, rng: &mut Rng) -> Result<Transaction> {
    let ending = match rng.below(50) {
        0 => Ending::RollBack,
        1 => Ending::Drop,
        2 => Ending::Abandon(1 + rng.below(3)),
        _ => Ending::Commit,
    };
    let is_long = rng.once_in(25);
    let n_operations = if is_long { MANY } else { 1 + rng.below(OPERATIONS) };
    let appends: Vec<bool> = (0..n_operations).map(|_| !is_long && rng.once_in(2)).collect();
    let plan = Plan {
        operations: appends.len(),
        only_reads: !appends.contains(&true),
        commits: ending == Ending::Commit,
        way: rng.next(),
    };
    ground.pause(rng).await;
    let invoked = ground.time();
    let mut operations = Vec::new();
    let outcome = match run(ground, plan, &appends, ending, &mut operations, rng).await {
        Ok(outcome) => outcome,
        Err(error) => match error.kind() {
            ErrorKind::Conflict | ErrorKind::Duplicate => Outcome::Fail,
            ErrorKind::CommitUnknown => Outcome::Info,
            _ => return Err(error),
        },
    };
    Ok(Transaction { process, invoked, completed: ground.time(), outcome, operations })
}

async fn run(
    ground: &Ground,
    plan: Plan,
    appends: &[bool],
    ending: Ending,
    operations: &mut Vec<Operation>,
    rng: &mut Rng,
) -> Result<Outcome> {
    let mut session = ground.lists.begin(plan).await?;
    for is_append in appends {
        ground.pause(rng).await;
        let (list, way) = (rng.below(LISTS), rng.next());
        if *is_append {
            let element = ground.elements.fetch_add(1, Ordering::Relaxed);
            // one that fails has been tried, too: it must not be seen
            operations.push(Operation::Append { list, element });
            if let Some(elements) = session.append(list, element, way).await? {
                operations.insert(operations.len() - 1, Operation::Read { list, elements });
            }
        } else {
            let elements = session.read(list, way).await?;
            operations.push(Operation::Read { list, elements });
        }
    }
    ground.pause(rng).await;
    match ending {
        Ending::Commit => session.commit().await.map(|()| Outcome::Ok),
        Ending::Abandon(n_polls) => match polled(session.commit(), n_polls).await {
            Some(outcome) => outcome.map(|()| Outcome::Ok),
            None => Ok(Outcome::Info),
        },
        Ending::RollBack => session.roll_back().await.map(|()| Outcome::Fail),
        Ending::Drop => Ok(Outcome::Fail),
    }
}

/// What it gives, if it ends within so many polls.
async fn polled(mut work: Later<'static, ()>, n_polls: u64) -> Option<Result<()>> {
    for _ in 0..n_polls {
        let once = poll_fn(|context| Poll::Ready(work.as_mut().poll(context)));
        if let Poll::Ready(outcome) = once.await {
            return Some(outcome);
        }
        Pause::default().await;
    }
    None
}
