//! One who waits: what concerns it, what it has been told, and how to wake it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use crate::entity::{AnyRow, Descriptor};
use crate::env::sync::{Arc, Mutex, OnceLock};
use crate::feed::frontier::Reached;
use crate::feed::window::Edge;
use crate::query::{Anchor, Predicate, eval};
use crate::storage::{CollectionId, CommitRecord, Origin, RowChange};

/// How many commits' hints one slot keeps. Whoever is slower than that evaluates once more.
const MOST_HINTS: usize = 1024;

/// Which commits concern a feed or a watch.
#[derive(Debug)]
pub(crate) enum Interest {
    /// Every commit that changed something.
    Everything,
    /// Those that changed the collection.
    Collection(CollectionId),
    /// Those that changed a row of the collection which passes a filter.
    Filter(Filtered),
}

/// An interest in rows that pass a filter and lie within the edge, before a commit or after it.
#[derive(Debug)]
pub(crate) struct Filtered {
    collection: CollectionId,
    filter: Arc<Predicate>,
    edge: Option<Arc<Edge>>,
    /// What the filter is looked up by.
    anchor: Anchor,
}

impl Interest {
    pub(super) fn filter(
        collection: CollectionId,
        filter: Arc<Predicate>,
        edge: Option<Arc<Edge>>,
        descriptor: &Descriptor,
    ) -> Self {
        let anchor = Anchor::of(&filter, descriptor);
        Self::Filter(Filtered { collection, filter, edge, anchor })
    }

    pub(super) fn collection(&self) -> Option<CollectionId> {
        match self {
            Self::Everything => None,
            Self::Collection(collection) | Self::Filter(Filtered { collection, .. }) => Some(*collection),
        }
    }

    /// What rows have that are of concern; any row may be where it says nothing.
    pub(super) fn anchor(&self) -> &Anchor {
        match self {
            Self::Everything | Self::Collection(_) => &Anchor::Anywhere,
            Self::Filter(filtered) => &filtered.anchor,
        }
    }
}

/// What a slot made of a commit.
#[derive(Debug)]
pub(super) enum Heard {
    Unconcerned,
    /// With who is to be woken.
    Concerned(Option<Waker>),
}

impl Heard {
    pub(super) fn waker(self) -> Option<Waker> {
        match self {
            Self::Unconcerned => None,
            Self::Concerned(waker) => waker,
        }
    }
}

/// What was found out about a commit when it was announced, so that nobody evaluates it again: no change before `place`
/// passes the filter, and the one at `place` passes it after the commit or else before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) place: usize,
    pub(super) after: bool,
}

/// What is known about a commit before its rows are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Unconcerned,
    Hinted(Hint),
    Nothing,
}

/// A commit, and how many changes there were before it.
#[derive(Clone, Copy, Debug)]
struct Due {
    number: u64,
    changes: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Slot {
    /// The order of registration: the hub finds it by this.
    pub(super) id: u64,
    pub(super) interest: Interest,
    /// Whose commits do not concern it.
    own: OnceLock<Origin>,
    marks: Mutex<Marks>,
}

#[derive(Debug, Default)]
struct Marks {
    waker: Option<Waker>,
    /// A commit of its concern was announced, or everyone was woken, since the last read began.
    woken: bool,
    /// Everything up to this number has been read.
    read: u64,
    /// The first commit of its concern that was announced and not read.
    first: Option<Due>,
    /// The last commit of its concern that was announced.
    last: u64,
    /// By number, ascending.
    hints: VecDeque<(u64, Hint)>,
    /// Up to this number, a missing hint means nothing.
    unsure: u64,
}

enum Finding {
    Unconcerned,
    Concerned,
    Hinted(Hint),
    /// The evaluation panicked. That is for the watch to meet, in its own task, and not for whoever commits.
    Unsure,
}

impl Slot {
    pub(super) fn new(id: u64, interest: Interest) -> Self {
        Self { id, interest, own: OnceLock::new(), marks: Mutex::default() }
    }

    /// Commits of `origin` concern it no longer.
    pub(super) fn leave_out(&self, origin: Origin) {
        // Set a second time it is the same origin: that of the store handle.
        let _ = self.own.set(origin);
    }

    /// Whether a commit may concern it, without a look into rows, from the change `first` on.
    pub(super) fn touches(&self, commit: &CommitRecord, first: usize) -> bool {
        let mut changes = commit.changes.iter().skip(first);
        self.own.get().is_none_or(|own| *own != commit.origin)
            && match self.interest.collection() {
                None => changes.next().is_some(),
                Some(collection) => changes.any(|change| change.collection == collection),
            }
    }

    /// Takes note of a commit.
    pub(super) fn hear(&self, commit: &CommitRecord) -> Heard {
        if !self.touches(commit, 0) {
            return Heard::Unconcerned;
        }
        let of = self.interest.collection();
        let changes = commit.changes.iter().enumerate();
        self.evaluate(commit, &mut changes.filter(|(_, change)| of.is_none_or(|of| change.collection == of)))
    }

    /// Takes note of a commit of which no changes but those in these places can be of its concern. They are ascending.
    pub(super) fn hear_at(&self, commit: &CommitRecord, places: impl Iterator<Item = usize>) -> Heard {
        if self.own.get().is_some_and(|own| *own == commit.origin) {
            return Heard::Unconcerned;
        }
        self.evaluate(commit, &mut places.filter_map(|place| Some((place, commit.changes.get(place)?))))
    }

    fn evaluate(
        &self,
        commit: &CommitRecord,
        changes: &mut dyn Iterator<Item = (usize, &RowChange)>,
    ) -> Heard {
        {
            let mut marks = self.marks.lock();
            if commit.number <= marks.read {
                marks.unsure = marks.unsure.max(commit.number);
                return Heard::Unconcerned;
            }
        }
        // Fields are read by user code: no lock is held.
        let finding = self.find(changes);
        let mut marks = self.marks.lock();
        match finding {
            Finding::Unconcerned => return Heard::Unconcerned,
            Finding::Concerned => {}
            Finding::Hinted(hint) => marks.keep(commit.number, hint),
            Finding::Unsure => marks.unsure = marks.unsure.max(commit.number),
        }
        marks.mark(commit);
        marks.woken = true;
        Heard::Concerned(marks.waker.take())
    }

    fn find(&self, changes: &mut dyn Iterator<Item = (usize, &RowChange)>) -> Finding {
        let Interest::Filter(Filtered { filter, edge, .. }) = &self.interest else {
            return Finding::Concerned;
        };
        let is_within = |row: &AnyRow| edge.as_ref().is_none_or(|edge| edge.holds(row));
        let passes = |row: &Option<AnyRow>| {
            row.as_ref().is_some_and(|row| eval::matches(filter, row) && is_within(row))
        };
        let found = catch_unwind(AssertUnwindSafe(|| {
            let mut hints = changes.map(|(place, change)| {
                let after = passes(&change.after);
                (after || passes(&change.before)).then_some(Hint { place, after })
            });
            hints.find_map(|hint| hint)
        }));
        match found {
            Ok(Some(hint)) => Finding::Hinted(hint),
            Ok(None) => Finding::Unconcerned,
            Err(_panic) => Finding::Unsure,
        }
    }

    /// Wakes whoever waits, whatever happened.
    pub(super) fn nudge(&self) -> Option<Waker> {
        let mut marks = self.marks.lock();
        marks.woken = true;
        marks.waker.take()
    }

    /// From now on `waker` is woken. Its copy and the end of the one before are somebody's code: they run without a lock.
    pub(super) fn listen(&self, waker: &Waker) {
        if self.marks.lock().waker.as_ref().is_some_and(|present| present.will_wake(waker)) {
            return;
        }
        let copy = waker.clone();
        let replaced = self.marks.lock().waker.replace(copy);
        drop(replaced);
    }

    /// A read begins: what is announced from now on may not be in it. Gives whether something was announced since the
    /// last one.
    pub(super) fn begin(&self) -> bool {
        std::mem::take(&mut self.marks.lock().woken)
    }

    /// Whether something was announced since the last read began.
    pub(super) fn is_woken(&self) -> bool {
        self.marks.lock().woken
    }

    /// Everything up to `number` has been read.
    pub(super) fn has_read(&self, number: u64) {
        let mut marks = self.marks.lock();
        marks.read = marks.read.max(number);
        if marks.last <= number {
            marks.first = None;
        } else if marks.first.is_some_and(|due| due.number <= number) {
            // Which one is the first behind it has not been kept: it may be the next.
            marks.first = Some(Due { number: number.saturating_add(1), changes: None });
        }
    }

    /// Up to where everything has been read.
    pub(super) fn read(&self) -> u64 {
        self.marks.lock().read
    }

    /// Up to where nothing of its concern is unread, given that everything up to `reached` was announced.
    pub(super) fn clean(&self, reached: Reached) -> Reached {
        match self.marks.lock().first {
            Some(due) if due.number <= reached.number => {
                Reached { number: due.number.saturating_sub(1), changes: due.changes }
            }
            _ => reached,
        }
    }

    /// What was found out about the commit `number`. Commits are asked about in their order, once each.
    pub(super) fn known(&self, number: u64, reached: Option<Reached>) -> Known {
        let mut marks = self.marks.lock();
        while marks.hints.front().is_some_and(|(of, _)| *of < number) {
            marks.hints.pop_front();
        }
        if marks.hints.front().is_some_and(|(of, _)| *of == number) {
            return marks.hints.pop_front().map_or(Known::Nothing, |(_, hint)| Known::Hinted(hint));
        }
        let was_announced = reached.is_some_and(|reached| number <= reached.number);
        if was_announced && number > marks.unsure { Known::Unconcerned } else { Known::Nothing }
    }
}

impl Marks {
    fn mark(&mut self, commit: &CommitRecord) {
        if self.first.is_none_or(|due| commit.number < due.number) {
            let changes = commit.follows.map(|follows| follows.changes);
            self.first = Some(Due { number: commit.number, changes });
        }
        self.last = self.last.max(commit.number);
    }

    fn keep(&mut self, number: u64, hint: Hint) {
        let place = self.hints.partition_point(|(of, _)| *of < number);
        self.hints.insert(place, (number, hint));
        if self.hints.len() > MOST_HINTS
            && let Some((forgotten, _)) = self.hints.pop_front()
        {
            self.unsure = self.unsure.max(forgotten);
        }
    }
}
