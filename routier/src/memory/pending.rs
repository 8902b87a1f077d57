//! Commits between their turn and their publication: those that a log has not yet made durable.

use std::collections::VecDeque;

use crate::env::promise::{Promise, Promised};
use crate::env::sync::{Arc, AtomicBool, Mutex, MutexGuard, Ordering};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::live::Archived;
use crate::memory::work::Work;
use crate::storage::CommitRecord;

pub(super) type Committed = Result<Arc<CommitRecord>>;

/// The commits that are not yet visible, in their order.
#[derive(Default)]
pub(super) struct Pending {
    queue: Mutex<Queue>,
    is_poisoned: AtomicBool,
}

#[derive(Default)]
pub(super) struct Queue {
    entries: VecDeque<Entry>,
    /// Whether a committer is about to add to the last entry. It settles the queue when it is done.
    is_busy: bool,
    /// To be fulfilled when nothing is pending any more.
    closing: Vec<Arc<Promise<Result<()>>>>,
}

/// A commit that is not yet visible.
pub(super) struct Entry {
    pub(super) record: Arc<CommitRecord>,
    pub(super) works: Vec<Box<dyn Work>>,
    pub(super) archived: Vec<Archived>,
    outcome: Option<Result<()>>,
    answer: Arc<Promise<Committed>>,
    /// Commits that changed nothing or were refused, but saw this one.
    onlookers: Vec<(Arc<CommitRecord>, Arc<Promise<Committed>>)>,
}

/// What can leave the queue.
pub(super) enum Settled {
    /// These have become durable, in this order.
    Durable(Vec<Entry>),
    /// One of these has failed, and with it all.
    Failed(Vec<Entry>),
}

impl Pending {
    /// Whether a commit has failed.
    pub(super) fn is_poisoned(&self) -> bool {
        self.is_poisoned.load(Ordering::Acquire)
    }

    /// Adds a commit that is about to be given to the log. Until [`Pending::added`] nothing leaves the queue. `None` where
    /// a commit has failed: what is behind it must not become visible, and with it the rows that it has installed.
    pub(super) fn add(&self, record: Arc<CommitRecord>) -> Option<Promised<Committed>> {
        let answer = Promise::new();
        let waiting = answer.wait();
        let mut queue = self.queue.lock();
        if self.is_poisoned() {
            return None;
        }
        queue.is_busy = true;
        let (works, archived, onlookers) = (Vec::new(), Vec::new(), Vec::new());
        queue.entries.push_back(Entry { record, works, archived, outcome: None, answer, onlookers });
        Some(waiting)
    }

    /// Takes the commit that was added last back, when it is all there is and has become durable: it needs no waiting.
    pub(super) fn take_back_durable(&self) -> bool {
        let mut queue = self.queue.lock();
        let is_ready = matches!(queue.entries.make_contiguous(), [Entry { outcome: Some(Ok(())), .. }]);
        // Nobody has the entry's answer yet, and its works and rows are still the committer's.
        is_ready && queue.entries.pop_back().is_some()
    }

    /// Takes the commit that was added last back: the log refused it.
    pub(super) fn take_back(&self) {
        let taken = self.queue.lock().entries.pop_back();
        drop(taken);
    }

    /// The commit that was added last has been installed.
    pub(super) fn installed(&self, works: Vec<Box<dyn Work>>, archived: Vec<Archived>) {
        if let Some(entry) = self.queue.lock().entries.back_mut() {
            entry.works = works;
            entry.archived = archived;
        }
    }

    /// What was begun by [`Pending::add`] is done.
    pub(super) fn added(&self) {
        self.queue.lock().is_busy = false;
    }

    /// Waits for the last pending commit, where there is one, with a commit that comes to nothing but has seen it.
    pub(super) fn look_on(&self, record: &Arc<CommitRecord>) -> Option<Promised<Committed>> {
        let mut queue = self.queue.lock();
        let last = queue.entries.back_mut()?;
        let answer = Promise::new();
        last.onlookers.push((Arc::clone(record), Arc::clone(&answer)));
        Some(answer.wait())
    }

    /// Notes how a commit ended.
    pub(super) fn complete(&self, number: u64, outcome: Result<()>) {
        let mut queue = self.queue.lock();
        let entry = queue.entries.iter_mut().find(|entry| entry.record.number == number);
        if let Some(entry) = entry {
            entry.outcome = Some(outcome);
        }
    }

    /// Takes out what can leave next, while `publish` makes it visible; `None` where there is nothing.
    pub(super) fn settle(&self, publish: impl FnMut(&mut Entry)) -> Option<Settled> {
        let mut queue = self.queue.lock();
        if queue.is_busy {
            return None;
        }
        // What is durable before one that has failed is no less durable for it.
        let is_durable = |entry: &&Entry| matches!(entry.outcome, Some(Ok(())));
        let n_durable = queue.entries.iter().take_while(is_durable).count();
        if n_durable == 0 {
            if queue.entries.iter().all(|entry| !matches!(entry.outcome, Some(Err(_)))) {
                return None;
            }
            self.is_poisoned.store(true, Ordering::Release);
            return Some(Settled::Failed(queue.entries.drain(..).collect()));
        }
        queue.entries.iter_mut().take(n_durable).for_each(publish);
        Some(Settled::Durable(queue.entries.drain(..n_durable).collect()))
    }

    /// Takes out who waits for the end, when it has come.
    pub(super) fn ended(&self) -> Vec<Arc<Promise<Result<()>>>> {
        let mut queue = self.queue.lock();
        if queue.entries.is_empty() { std::mem::take(&mut queue.closing) } else { Vec::new() }
    }

    /// Waits until nothing is pending; `None` when it is so.
    pub(super) fn wait_for_end(&self) -> Option<Promised<Result<()>>> {
        let mut queue: MutexGuard<'_, Queue> = self.queue.lock();
        if queue.entries.is_empty() {
            return None;
        }
        let end = Promise::new();
        queue.closing.push(Arc::clone(&end));
        Some(end.wait())
    }
}

impl Entry {
    /// Answers those who wait, when the commit is visible: those who lost against it first, so that they do not lose
    /// against its caller's next one, too.
    pub(super) fn succeed(self) {
        for (record, answer) in self.onlookers {
            answer.fulfil(Ok(record));
        }
        self.answer.fulfil(Ok(self.record));
    }

    /// Answers those who wait, when the commit will never be visible.
    pub(super) fn fail(self) {
        self.answer.fulfil(Err(match self.outcome {
            Some(Err(error)) => error,
            _ => poisoned(),
        }));
        for (_, answer) in self.onlookers {
            answer.fulfil(Err(poisoned()));
        }
    }
}

/// The error of a commit that came after, or was pending beside, one that failed.
pub(super) fn poisoned() -> Error {
    Error::new(ErrorKind::Poisoned, "an earlier commit could not be made durable: open the store again")
}
