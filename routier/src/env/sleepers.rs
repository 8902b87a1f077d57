//! Who sleeps until when.

use std::collections::BTreeMap;
use std::task::Waker;

/// Wakers by the moment they wait for. A moment is an `Instant` of the machine or a time of a clock moved by hand.
///
/// Wakers are code of the executor, so that none is called, cloned or dropped here: they are handed in and out, and
/// the caller holds its lock only between.
pub(super) struct Sleepers<T> {
    next_place: u64,
    waiting: BTreeMap<(T, u64), Waker>,
}

impl<T: Ord + Copy> Sleepers<T> {
    pub(super) const fn new() -> Sleepers<T> {
        Sleepers { next_place: 0, waiting: BTreeMap::new() }
    }

    /// A place that nobody had before, for a sleeper that comes for the first time.
    pub(super) fn new_place(&mut self) -> u64 {
        self.next_place += 1;
        self.next_place
    }

    /// Has the waker called at `until`; gives back the one that stood in this place.
    pub(super) fn put(&mut self, until: T, place: u64, waker: Waker) -> Option<Waker> {
        self.waiting.insert((until, place), waker)
    }

    pub(super) fn remove(&mut self, until: T, place: u64) -> Option<Waker> {
        self.waiting.remove(&(until, place))
    }

    /// Takes out all whose moment is `now` or before it, the earliest first.
    pub(super) fn take_due(&mut self, now: T) -> Vec<Waker> {
        let mut due = Vec::new();
        while let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 <= now) {
            due.push(first.remove());
        }
        due
    }

    pub(super) fn first(&self) -> Option<T> {
        self.waiting.first_key_value().map(|((until, _), _)| *until)
    }

    pub(super) fn n_waiting(&self) -> usize {
        self.waiting.len()
    }
}
