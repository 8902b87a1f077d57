//! Running histories one after the other, and saying how one failed.

use std::fmt;
use std::future::poll_fn;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::coverage::{Coverage, Group};
use super::history::{FEW, Facts, History, Kinds};
use super::sample::{Everything, Item, Place};
use super::statement::Statement;
use super::table::Typed;
use super::value::at;
use crate::conformance::Subject;
use crate::conformance::run::said;
use crate::env::sync::{Arc, AtomicU64, Mutex, Ordering};
use crate::env::{Clock, SequentialIds};
use crate::storage::Isolation;
use crate::store::{Store, StoreBuilder};
use crate::{ErrorKind, Result};

/// Which histories to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histories {
    /// A history for each.
    pub seeds: Range<u64>,
    /// How long each is.
    pub steps: u64,
}

/// A history that a subject did not go through as the model did.
#[derive(Clone, PartialEq, Eq)]
pub struct FailedHistory {
    subject: &'static str,
    seed: u64,
    step: u64,
    seen: String,
    notes: Vec<String>,
}

/// How many of the last notes a failure shows.
const SHOWN: usize = 40;

impl FailedHistory {
    /// The seed: `seeds: seed..seed + 1` runs it again.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The step, from 0, at which it failed; as many as there are where it failed in the end.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// What was seen.
    pub fn seen(&self) -> &str {
        &self.seen
    }
}

impl fmt::Display for FailedHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "history {} of `{}` failed at step {}: {}",
            self.seed, self.subject, self.step, self.seen
        )?;
        writeln!(f, "before it:")?;
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))?;
        write!(f, "run it again with the seed {}", self.seed)
    }
}

/// As `Display`, so that `unwrap` shows it.
impl fmt::Debug for FailedHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for FailedHistory {}

/// Runs random histories on a subject, and counts what occurred in them.
///
/// # Errors
///
/// The first history in which something came otherwise than it should have.
pub async fn histories(subject: &Subject, histories: &Histories) -> Result<Coverage, FailedHistory> {
    let kinds: Kinds = Arc::new([Typed::<Item>::kind(), Typed::<Place>::kind(), Typed::<Everything>::kind()]);
    let failed = |seed, step, seen, notes| FailedHistory { subject: "", seed, step, seen, notes };
    let facts = match facts(subject, &kinds).await {
        Ok(facts) => facts,
        Err(error) => return Err(failed(histories.seeds.start, 0, error.to_string(), Vec::new())),
    };
    let mut coverage = expected(&facts);
    for seed in histories.seeds.clone() {
        let run = Run { subject, kinds: &kinds, facts, seed, steps: histories.steps };
        match run.once(false).await {
            Ok((history, _)) => coverage.add(&history),
            Err((step, seen, _)) => {
                // once more, and now with notes of what is done
                let (step, seen, notes) = match run.once(true).await {
                    Ok((_, notes)) => (step, format!("{seen}\nwhich did not happen again"), notes),
                    Err(again) => again,
                };
                let notes = notes.into_iter().rev().take(SHOWN).rev().collect();
                return Err(FailedHistory { subject: facts.name, ..failed(seed, step, seen, notes) });
            }
        }
    }
    Ok(coverage)
}

/// One history on a store of its own.
struct Run<'a> {
    subject: &'a Subject,
    kinds: &'a Kinds,
    facts: Facts,
    seed: u64,
    steps: u64,
}

/// At which step it failed, what was seen, and what was done before.
type Seen = (u64, String, Vec<String>);

impl Run<'_> {
    async fn once(&self, is_noted: bool) -> Result<(Coverage, Vec<String>), Seen> {
        let reached = Arc::new(AtomicU64::new(0));
        let notes = Arc::new(Mutex::new(Vec::new()));
        let outcome = caught(Box::pin(self.history(is_noted, &reached, &notes))).await;
        let notes = std::mem::take(&mut *notes.lock());
        match outcome {
            Ok(coverage) => Ok((coverage, notes)),
            Err(seen) => Err((reached.load(Ordering::Relaxed), seen, notes)),
        }
    }

    async fn history(
        &self,
        is_noted: bool,
        reached: &Arc<AtomicU64>,
        notes: &Arc<Mutex<Vec<String>>>,
    ) -> Result<Coverage> {
        let is_short = self.seed % 4 == 3;
        let builder = builder();
        let builder = if is_short { builder.retain(FEW) } else { builder };
        let store = self.subject.build(builder).await?;
        let retain = if is_short { FEW } else { usize::MAX };
        let kinds = Arc::clone(self.kinds);
        let mut history = History::begin(store, kinds, self.facts, self.seed, retain).await?;
        history.notes = is_noted.then(|| Arc::clone(notes));
        history.run(self.steps, reached).await?;
        Ok(history.coverage)
    }
}

fn builder() -> StoreBuilder {
    Store::builder().clock(Hasty).ids(SequentialIds::new())
}

/// What a history gives, or what it failed by.
async fn caught<T>(mut history: Pin<Box<dyn Future<Output = Result<T>> + Send + '_>>) -> Result<T, String> {
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| history.as_mut().poll(context))) {
        Ok(Poll::Ready(outcome)) => Poll::Ready(outcome.map_err(|error| error.to_string())),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(said(&*panic))),
    })
    .await
}

/// Finds out what the subject does where its capabilities do not say it.
async fn facts(subject: &Subject, kinds: &Kinds) -> Result<Facts> {
    let store = subject.build(builder().retain(2)).await?;
    let capabilities = store.capabilities();
    let kind = at(kinds, 0);
    let table = kind.of_store(&store).await?;
    let first = store.token();
    let mut rng = super::rng::Rng::new(0);
    let statement = Statement::InsertNew(kind.sheet().any(&mut rng));
    let mut write = table.write(&statement);
    let is_ready = write.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
    if !is_ready {
        write.await?;
    }
    for _ in 0..5 {
        // a label that is taken is no matter
        let _ = table.write(&Statement::InsertNew(kind.sheet().any(&mut rng))).await;
    }
    let forgets = match store.changes_after(first).await {
        Ok(_) => false,
        Err(error) if error.kind() == ErrorKind::TokenExpired => true,
        Err(error) => return Err(error),
    };
    Ok(Facts {
        name: capabilities.name,
        resident: capabilities.resident,
        indexes: capabilities.indexes && capabilities.ordered,
        serializable: capabilities.isolation == Isolation::Serializable,
        forgets,
        // what is durable may go on when nobody waits for it any more
        waits: !is_ready && !capabilities.durable,
    })
}

/// Everything that can occur on a subject, not yet counted.
fn expected(facts: &Facts) -> Coverage {
    let mut coverage = Coverage::default();
    coverage.expect(Group::Operators, super::test::OPERATORS);
    coverage.expect(Group::Reads, super::answer::READS);
    coverage.expect(Group::Reads, &["scan", "explain"]);
    if facts.indexes {
        coverage.expect(Group::Access, super::reading::PATHS);
    }
    coverage.expect(Group::Writes, super::statement::WRITES);
    coverage.expect(Group::Errors, super::refusal::ERRORS);
    if facts.forgets {
        coverage.expect(Group::Errors, super::refusal::FORGETTING);
    }
    coverage.expect(Group::Changes, &["inserted", "updated", "removed"]);
    coverage.expect(Group::Watches, super::source::LIVES);
    coverage.expect(Group::Endings, super::ending::ENDINGS);
    if facts.waits {
        coverage.expect(Group::Endings, super::ending::WAITING);
    }
    coverage.expect(Group::Scopes, &["store", "snapshot", "transaction", "replayed", "without own"]);
    coverage
}

/// A clock that stands still, and on which every sleep is over at once.
#[derive(Clone, Copy, Debug)]
struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, _duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}
