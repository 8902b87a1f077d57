//! The number line: what is visible, whose turn it is to commit, and who reads at which number.

use std::ops::Deref;

use crate::env::sync::{AtomicU64, Mutex, MutexGuard, Ordering};
use crate::memory::live::Live;

/// At which number a read is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// What is visible at the moment of the read.
    Latest,
    /// What a live snapshot with this number sees.
    Snapshot(u64),
}

/// A value on cache lines of its own, so that writing it does not slow down those who use its neighbours.
#[repr(align(128))]
#[derive(Debug, Default)]
pub(super) struct Apart<T>(pub(super) T);

impl<T> Deref for Apart<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// The numbers of one storage.
#[derive(Default)]
pub(super) struct Line {
    visible: Apart<AtomicU64>,
    live: Apart<Mutex<Live>>,
    turn: Apart<Mutex<Turn>>,
    /// How many rows stand in the `old` sides.
    n_old: AtomicU64,
}

/// What only the committer whose turn it is may know and change.
#[derive(Default)]
pub(super) struct Turn {
    /// The last number that was given.
    pub(super) last: u64,
    /// The number of the last commit.
    pub(super) previous: u64,
    /// How many changes all commits have.
    pub(super) n_changes: u64,
    /// Whether commits are refused because the storage was closed.
    pub(super) closed: bool,
}

impl Line {
    /// One that goes on behind the commit of another's turn, with nobody who reads.
    pub(super) fn behind(turn: &Turn) -> Self {
        let Turn { last, previous, n_changes, closed: _ } = *turn;
        let turn = Turn { last, previous, n_changes, closed: false };
        let (visible, turn) = (Apart(AtomicU64::new(last)), Apart(Mutex::new(turn)));
        Self { visible, turn, ..Self::default() }
    }

    #[inline]
    pub(super) fn visible(&self) -> u64 {
        self.visible.load(Ordering::Acquire)
    }

    /// The number at which to read. Of the latest it MUST be asked under the lock of the structure that is read.
    #[inline]
    pub(super) fn number(&self, at: At) -> u64 {
        match at {
            At::Latest => self.visible(),
            At::Snapshot(number) => number,
        }
    }

    pub(super) fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock()
    }

    /// The registry of live snapshots. While it is locked nobody comes or goes, and nothing becomes visible.
    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock()
    }

    /// Makes a commit visible, which MUST be the next one, under the registry's lock.
    pub(super) fn publish(&self, _live: &mut Live, number: u64) {
        self.visible.store(number, Ordering::Release);
    }

    /// Pins what is visible now.
    pub(super) fn pin(&self) -> u64 {
        let mut live = self.live();
        let number = self.visible();
        live.enter(number);
        number
    }

    /// Pins a number that was visible a moment ago, if it still is the newest, and the registry is free. It waits for
    /// nobody, so that it may be called under the lock of a structure.
    pub(super) fn try_pin(&self, number: u64) -> bool {
        let Some(mut live) = self.live.try_lock() else { return false };
        let is_newest = self.visible() == number;
        if is_newest {
            live.enter(number);
        }
        is_newest
    }

    pub(super) fn unpin(&self, number: u64) {
        self.live().leave(number);
    }

    pub(super) fn n_old(&self) -> u64 {
        self.n_old.load(Ordering::Relaxed)
    }

    pub(super) fn count_archived(&self, n: usize) {
        if n > 0 {
            self.n_old.fetch_add(n as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn count_forgotten(&self, n: usize) {
        if n > 0 {
            self.n_old.fetch_sub(n as u64, Ordering::Relaxed);
        }
    }
}
