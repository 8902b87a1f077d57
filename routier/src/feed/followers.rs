//! Those who follow one collection, and those of them that a commit concerns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use crate::env::sync::Arc;
use crate::feed::index::{Index, Probe};
use crate::feed::slot::Slot;
use crate::query::Anchor;
use crate::storage::RowChange;

/// The slots of one collection, or of all.
#[derive(Debug, Default)]
pub(super) struct Followers {
    /// Those whom every commit may concern, ascending by id, shared with the announcements that go through them.
    every: Arc<Vec<Arc<Slot>>>,
    /// The others.
    index: Index,
}

/// What an announcement needs to know of followers, without their lock.
#[derive(Debug)]
pub(super) struct Audience {
    /// Whom every commit may concern.
    pub(super) every: Arc<Vec<Arc<Slot>>>,
    /// The fields by whose values others are looked up.
    pub(super) fields: Arc<[u16]>,
}

impl Followers {
    /// Takes in a slot that is younger than all others.
    pub(super) fn add(&mut self, slot: &Arc<Slot>) {
        match slot.interest.anchor() {
            Anchor::Anywhere => Arc::make_mut(&mut self.every).push(Arc::clone(slot)),
            anchor => self.index.add(slot, anchor),
        }
    }

    /// The slot, for whoever lets go of it under no lock.
    pub(super) fn remove(&mut self, slot: &Slot) -> Option<Arc<Slot>> {
        match slot.interest.anchor() {
            Anchor::Anywhere => {
                let place = self.every.binary_search_by_key(&slot.id, |slot| slot.id).ok()?;
                Some(Arc::make_mut(&mut self.every).remove(place))
            }
            anchor => self.index.remove(slot.id, anchor),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.every.is_empty() && self.index.is_empty()
    }

    /// All of them.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Arc<Slot>> {
        self.every.iter().chain(self.index.slots())
    }

    pub(super) fn audience(&self) -> Audience {
        Audience { every: Arc::clone(&self.every), fields: Arc::clone(self.index.fields()) }
    }

    /// Those whom some changes may concern, who are looked up, but those who have been told.
    pub(super) fn find(&mut self, sought: &Sought<'_>, told: &Told) -> Found {
        let n_others = self.index.slots().len().saturating_sub(told.len());
        let (mut candidates, mut n_told) = (Vec::new(), 0);
        let mut keep = |slot: &Arc<Slot>, place| match told.contains(&slot.id) {
            true => n_told += 1,
            false => candidates.push(Candidate { slot: Arc::clone(slot), place }),
        };
        match &sought.probes {
            Ok(probes) => self.index.find(probes, &mut keep),
            Err(places) => {
                places.iter().for_each(|place| self.index.slots().for_each(|slot| keep(slot, *place)));
            }
        }
        Found { candidates, n_told, n_others }
    }

    /// Those who are looked up, but those who have been told.
    pub(super) fn others(&self, told: &Told) -> impl Iterator<Item = &Arc<Slot>> {
        self.index.slots().filter(|slot| !told.contains(&slot.id))
    }
}

/// The slots, by id, that have been told of a commit.
pub(super) type Told = HashSet<u64, FixedState>;

/// What a look-up gives.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) candidates: Vec<Candidate>,
    /// How often one was found that has been told already.
    pub(super) n_told: usize,
    /// How many have not been told.
    pub(super) n_others: usize,
}

/// A watch that the change at `place` may concern.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) slot: Arc<Slot>,
    pub(super) place: usize,
}

/// What is looked up of some changes.
pub(super) struct Sought<'a> {
    /// The places of all of them where a row could not be read: then every watch shall meet it by itself.
    probes: Result<Vec<Probe<'a>>, Vec<usize>>,
}

impl<'a> Sought<'a> {
    /// Reads the fields of the rows. That is user code: no lock may be held.
    pub(super) fn of<I>(changes: I, fields: &'a [u16]) -> Self
    where
        I: Iterator<Item = (usize, &'a RowChange)> + Clone,
    {
        let probes = changes.clone().flat_map(|(place, change)| Probe::of(change, place, fields));
        let probes = catch_unwind(AssertUnwindSafe(|| probes.collect()));
        Self { probes: probes.map_err(|_panic| changes.map(|(place, _)| place).collect()) }
    }

    /// Whether there is nothing to look up.
    pub(super) fn is_empty(&self) -> bool {
        self.probes.as_ref().is_ok_and(Vec::is_empty)
    }
}
