//! Where commits are announced, and who is woken by them.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use crate::env::Env;
use crate::env::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::feed::frontier::{Frontier, Reached};
use crate::feed::slot::{Interest, Slot};
use crate::storage::{CollectionId, CommitRecord, Listener, Storage};

/// The listener of one storage: it knows every feed and watch, and wakes those that a commit concerns.
///
/// It holds no commits: whoever is woken reads the history. Cost of a commit: one lock, and an evaluation of each
/// filter that watches a changed collection.
#[derive(Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    is_closed: AtomicBool,
    /// The end of the storage, where nobody is left to wait for it.
    end: Mutex<Option<End>>,
    /// The end was woken while it was being carried on.
    is_end_woken: AtomicBool,
}

/// Carries the end of a storage out.
pub(crate) type End = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    /// By what they are interested in, so that a commit does not pass those who follow other collections; `None` are
    /// those who follow all. Each list is ascending by id, and shared with the announcements that go through it.
    slots: BTreeMap<Option<CollectionId>, Arc<Vec<Arc<Slot>>>>,
    frontier: Frontier,
}

impl Hub {
    /// The hub of a storage, attached to it. It must not have been used before.
    pub(crate) fn attach(storage: &dyn Storage, env: &Env) -> Arc<Self> {
        let hub = Arc::new(Self::default());
        storage.attach(env, Arc::<Self>::clone(&hub));
        hub.state.lock().frontier.start(storage.visible());
        hub
    }

    /// Feeds end once they have given what is visible now. For after the storage has ended its last commit.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.wake_all();
    }

    /// The same once `end` has come, which the hub carries out itself: whoever wakes it goes on with it.
    pub(crate) fn close_after(self: &Arc<Self>, end: End) {
        *self.end.lock() = Some(end);
        self.carry_on();
    }

    fn carry_on(self: &Arc<Self>) {
        let waker = Waker::from(Arc::clone(self));
        let mut context = Context::from_waker(&waker);
        loop {
            // It is polled outside of the lock: it is the storage's code.
            let Some(mut end) = self.end.lock().take() else { return };
            self.is_end_woken.store(false, Ordering::SeqCst);
            match catch_unwind(AssertUnwindSafe(|| end.as_mut().poll(&mut context))) {
                Ok(Poll::Pending) => *self.end.lock() = Some(end),
                Ok(Poll::Ready(())) | Err(_) => return self.close(),
            }
            // Who woke it while it was out could not go on with it.
            if !self.is_end_woken.load(Ordering::SeqCst) {
                return;
            }
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// How many feeds and watches there are.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state.lock().slots.values().map(|slots| slots.len()).sum()
    }

    /// Up to where every commit has been announced.
    pub(super) fn reached(&self) -> Option<Reached> {
        self.state.lock().frontier.reached()
    }

    /// From now on, commits are announced to a new slot.
    pub(super) fn subscribe(self: &Arc<Self>, interest: Interest) -> Subscription {
        let mut state = self.state.lock();
        state.next_id += 1;
        let slot = Arc::new(Slot::new(state.next_id, interest));
        let slots = state.slots.entry(slot.interest.collection()).or_default();
        Arc::make_mut(slots).push(Arc::clone(&slot));
        drop(state);
        Subscription { hub: Arc::clone(self), slot }
    }

    fn unsubscribe(&self, slot: &Slot) {
        let of = slot.interest.collection();
        let mut state = self.state.lock();
        let Some(slots) = state.slots.get_mut(&of) else {
            return;
        };
        let removed = match slots.binary_search_by_key(&slot.id, |slot| slot.id) {
            Ok(place) => Some(Arc::make_mut(slots).remove(place)),
            Err(_) => None,
        };
        let emptied = if slots.is_empty() { state.slots.remove(&of) } else { None };
        drop(state);
        // A filter has values of the user's in it: they end outside the lock.
        drop((removed, emptied));
    }

    /// Whom a commit may concern: those who follow all, and those who follow a changed collection.
    fn audience(&self, commit: &CommitRecord) -> Vec<Arc<Vec<Arc<Slot>>>> {
        if self.state.lock().slots.is_empty() {
            return Vec::new();
        }
        let mut collections = vec![None];
        for change in &commit.changes {
            let collection = Some(change.collection);
            if collections.last() != Some(&collection) && !collections.contains(&collection) {
                collections.push(collection);
            }
        }
        let state = self.state.lock();
        collections.iter().filter_map(|collection| state.slots.get(collection).cloned()).collect()
    }

    fn wake_all(&self) {
        let audience: Vec<Arc<Vec<Arc<Slot>>>> = self.state.lock().slots.values().cloned().collect();
        wake(audience.iter().flat_map(|slots| slots.iter()).filter_map(|slot| slot.nudge()).collect());
    }
}

impl Listener for Hub {
    fn committed(&self, commit: &CommitRecord) {
        let audience = self.audience(commit);
        let slots = audience.iter().flat_map(|slots| slots.iter());
        let wakers: Vec<Waker> = slots.filter_map(|slot| slot.hear(commit)).collect();
        // Only now: who finds the frontier behind a commit relies on having heard of it.
        self.state.lock().frontier.pass(commit);
        wake(wakers);
    }

    fn interrupted(&self) {
        self.wake_all();
    }
}

/// What wakes the end of the storage.
impl Wake for Hub {
    fn wake(self: Arc<Self>) {
        self.is_end_woken.store(true, Ordering::SeqCst);
        self.carry_on();
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("is_closed", &self.is_closed()).finish_non_exhaustive()
    }
}

/// Wakes each, also when one of them panics: a waker is the executor's code, and the others wait all the same.
fn wake(wakers: Vec<Waker>) {
    for waker in wakers {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}

/// A slot of the hub, freed when this is dropped.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) hub: Arc<Hub>,
    pub(super) slot: Arc<Slot>,
}

impl Subscription {
    /// Up to where nothing unread is of its concern, so that nobody needs to look; `None` where that is not known.
    pub(super) fn clean(&self) -> Option<Reached> {
        // In this order: what is announced in between only moves the frontier further than is asked for.
        let reached = self.hub.reached()?;
        Some(self.slot.clean(reached))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.unsubscribe(&self.slot);
    }
}
