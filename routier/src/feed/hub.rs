//! Where commits are announced, and who is woken by them.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use crate::env::Env;
use crate::env::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::feed::followers::{Audience, Candidate, Followers, Found, Sought, Told};
use crate::feed::frontier::{Frontier, Reached};
use crate::feed::slot::{Heard, Interest, Slot};
use crate::storage::{CollectionId, CommitRecord, Listener, RowChange, Storage};

/// How many changes are looked up at once, at most: so long the lock is held, and so much is found before it is evaluated.
const BATCH: usize = if cfg!(any(test, routier_shuttle)) { 2 } else { 64 };

/// The listener of one storage: it knows every feed and watch, and wakes those that a commit concerns.
///
/// It holds no commits: whoever is woken reads the history. Cost of a commit: a lock; then a look at the fields of its rows
/// by which filters are looked up, and an evaluation of those that are found and of those that cannot be looked up.
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
    /// those who follow all.
    followers: BTreeMap<Option<CollectionId>, Followers>,
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
        self.state.lock().followers.values().map(|followers| followers.slots().count()).sum()
    }

    /// The slots, and the places, that a look-up of a commit finds.
    #[cfg(test)]
    pub(super) fn found(&self, commit: &CommitRecord, of: CollectionId) -> Vec<(u64, usize)> {
        let fields = self.state.lock().followers.get(&Some(of)).map(|followers| followers.audience().fields);
        let fields = fields.unwrap_or_default();
        let changes = commit.changes.iter().enumerate();
        let sought = Sought::of(changes.filter(|(_, change)| change.collection == of), &fields);
        let found = self.candidates(Some(of), &sought, &Told::default());
        found.candidates.iter().map(|candidate| (candidate.slot.id, candidate.place)).collect()
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
        state.followers.entry(slot.interest.collection()).or_default().add(&slot);
        drop(state);
        Subscription { hub: Arc::clone(self), slot }
    }

    fn unsubscribe(&self, slot: &Slot) {
        let of = slot.interest.collection();
        let mut state = self.state.lock();
        let Some(followers) = state.followers.get_mut(&of) else {
            return;
        };
        let removed = followers.remove(slot);
        let emptied = if followers.is_empty() { state.followers.remove(&of) } else { None };
        drop(state);
        // A filter has values of the user's in it: they end outside the lock.
        drop((removed, emptied));
    }

    /// Whom a commit may concern: those who follow all, and those who follow a changed collection.
    fn audience(&self, commit: &CommitRecord) -> Vec<(Option<CollectionId>, Audience)> {
        if self.state.lock().followers.is_empty() {
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
        let audience = |of| Some((of, state.followers.get(&of)?.audience()));
        collections.into_iter().filter_map(audience).collect()
    }

    /// Tells those who are looked up by the values of a collection's rows, and adds who is to be woken.
    ///
    /// Who subscribes meanwhile may be found or not: to him the commit was visible.
    fn look_up(
        &self,
        commit: &CommitRecord,
        of: Option<CollectionId>,
        fields: &[u16],
        wakers: &mut Vec<Waker>,
    ) {
        let changes = commit.changes.iter().enumerate();
        let of_it = |(_, change): &(usize, &RowChange)| Some(change.collection) == of;
        let mut told = Told::default();
        let (mut next, mut size) = (0, 1);
        while next < commit.changes.len() {
            let sought = Sought::of(changes.clone().skip(next).take(size).filter(of_it), fields);
            let found = self.candidates(of, &sought, &told);
            for of_one in found.candidates.chunk_by(|one, other| one.slot.id == other.slot.id) {
                let Some(Candidate { slot, .. }) = of_one.first() else { continue };
                let heard = slot.hear_at(commit, of_one.iter().map(|candidate| candidate.place));
                if matches!(heard, Heard::Concerned(_)) && next + size < commit.changes.len() {
                    told.insert(slot.id);
                }
                wakers.extend(heard.waker());
            }
            next += size;
            // Nearly all who are found have been told: the few others are sooner asked themselves.
            if !sought.is_empty() && found.n_told >= found.n_others * size {
                let places = changes.skip(next).filter(of_it).map(|(place, _)| place);
                let others = self.others(of, &told);
                return wakers
                    .extend(others.iter().filter_map(|slot| slot.hear_at(commit, places.clone()).waker()));
            }
            size = (2 * size).min(BATCH);
        }
    }

    /// Those who are found and have not been told, each place once, by slot and place.
    fn candidates(&self, of: Option<CollectionId>, sought: &Sought<'_>, told: &Told) -> Found {
        if sought.is_empty() {
            return Found::default();
        }
        let mut state = self.state.lock();
        let mut found =
            state.followers.get_mut(&of).map(|followers| followers.find(sought, told)).unwrap_or_default();
        drop(state);
        found.candidates.sort_unstable_by_key(|candidate| (candidate.slot.id, candidate.place));
        found.candidates.dedup_by_key(|candidate| (candidate.slot.id, candidate.place));
        found
    }

    /// Those who are looked up and have not been told.
    fn others(&self, of: Option<CollectionId>, told: &Told) -> Vec<Arc<Slot>> {
        let state = self.state.lock();
        let followers = state.followers.get(&of).into_iter();
        followers.flat_map(|followers| followers.others(told)).cloned().collect()
    }

    fn wake_all(&self) {
        let state = self.state.lock();
        let slots: Vec<Arc<Slot>> = state.followers.values().flat_map(Followers::slots).cloned().collect();
        drop(state);
        wake(slots.iter().filter_map(|slot| slot.nudge()).collect());
    }
}

impl Listener for Hub {
    fn committed(&self, commit: &CommitRecord) {
        let audience = self.audience(commit);
        let slots = audience.iter().flat_map(|(_, audience)| audience.every.iter());
        let mut wakers: Vec<Waker> = slots.filter_map(|slot| slot.hear(commit).waker()).collect();
        for (of, Audience { fields, .. }) in
            audience.iter().filter(|(_, audience)| !audience.fields.is_empty())
        {
            self.look_up(commit, *of, fields, &mut wakers);
        }
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
