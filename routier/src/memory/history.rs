//! The commits that are remembered: for feeds, and for validating transactions.

use std::collections::VecDeque;

use crate::env::sync::{Arc, AtomicUsize, Mutex, Ordering};
use crate::memory::line::Line;
use crate::storage::{self, CommitRecord};

/// Room for so many commits is never given back.
const ROOM: usize = 64;

/// The newest commits, pending ones included.
pub(super) struct History {
    kept: Mutex<Kept>,
    /// How many changes are kept for feeds.
    most: AtomicUsize,
    /// [`Kept::n_changes`], to be looked at without the lock.
    n_changes: AtomicUsize,
}

#[derive(Default)]
struct Kept {
    commits: VecDeque<Arc<CommitRecord>>,
    n_changes: usize,
    /// The number of the newest commit that is no longer kept.
    forgotten: u64,
}

impl Kept {
    /// Lets go of room for many more commits than there are: a long read may have kept them.
    fn give_back(&mut self) {
        let (n_commits, room) = (self.commits.len(), self.commits.capacity());
        if room > ROOM && n_commits < room / 4 {
            self.commits.shrink_to(n_commits * 2);
        }
    }

    /// The place of the first commit after a number.
    fn after(&self, number: u64) -> usize {
        self.commits.partition_point(|commit| commit.number <= number)
    }
}

impl History {
    pub(super) fn new(most: usize) -> Self {
        Self { kept: Mutex::default(), most: AtomicUsize::new(most), n_changes: AtomicUsize::new(0) }
    }

    /// One that begins behind a number, and keeps as much.
    pub(super) fn behind(&self, number: u64) -> Self {
        let kept = Kept { forgotten: number, ..Kept::default() };
        Self { kept: Mutex::new(kept), ..Self::new(self.most()) }
    }

    /// Keeps so many changes from now on. It is set while there is none yet.
    pub(super) fn retain(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    pub(super) fn push(&self, commit: Arc<CommitRecord>) {
        let mut kept = self.kept.lock();
        kept.n_changes += commit.changes.len();
        self.n_changes.store(kept.n_changes, Ordering::Relaxed);
        kept.commits.push_back(commit);
    }

    /// Takes out one of the commits that are too many, to be dropped outside of all locks. The last commit is always
    /// kept, and what came after the number that the oldest live snapshot reads at.
    pub(super) fn surplus(&self, oldest: Option<u64>, visible: u64) -> Option<Arc<CommitRecord>> {
        let mut kept = self.kept.lock();
        let first = kept.commits.front()?;
        let is_needed = first.number >= visible || oldest.is_some_and(|oldest| first.number > oldest);
        if kept.n_changes <= self.most() || is_needed {
            return None;
        }
        let first = kept.commits.pop_front()?;
        kept.n_changes -= first.changes.len();
        self.n_changes.store(kept.n_changes, Ordering::Relaxed);
        kept.forgotten = first.number;
        kept.give_back();
        Some(first)
    }

    /// Takes out the commits after a number, which will never be visible.
    pub(super) fn revoke(&self, visible: u64) -> Vec<Arc<CommitRecord>> {
        let mut kept = self.kept.lock();
        let first = kept.after(visible);
        let revoked: Vec<_> = kept.commits.drain(first..).collect();
        kept.n_changes -= revoked.iter().map(|commit| commit.changes.len()).sum::<usize>();
        self.n_changes.store(kept.n_changes, Ordering::Relaxed);
        revoked
    }

    /// The visible commits after `number`: at least one where there is one, about `most` changes.
    pub(super) fn read(&self, number: u64, line: &Line, most: usize) -> storage::History {
        let kept = self.kept.lock();
        // Only now: of what is kept, the last is visible then, however much was forgotten a moment ago.
        let visible = line.visible();
        let after = kept.commits.range(kept.after(number)..).take_while(|commit| commit.number <= visible);
        let history = storage::History::about(after, most, visible.max(number));
        if number < kept.forgotten { history.with_gap(kept.forgotten) } else { history }
    }

    /// All commits after a number, pending ones included. `None` where some are no longer kept.
    pub(super) fn since(&self, number: u64) -> Option<Vec<Arc<CommitRecord>>> {
        let kept = self.kept.lock();
        (number >= kept.forgotten).then(|| kept.commits.range(kept.after(number)..).cloned().collect())
    }

    /// Whether more is kept than feeds need.
    pub(super) fn is_full(&self) -> bool {
        self.n_changes() > self.most()
    }

    pub(super) fn n_changes(&self) -> usize {
        self.n_changes.load(Ordering::Relaxed)
    }
}
