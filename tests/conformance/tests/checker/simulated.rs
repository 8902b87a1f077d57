//! A store of many versions that does nothing but lists, and has one defect where one is planted.
//!
//! It keeps what was committed under each key by number, reads at the number at which a transaction began, and refuses a
//! commit when another since has written what it writes (`Snapshot`) or read (`Serializable`). That is the whole of it: small
//! enough to be seen to be right.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use routier::conformance::checker::{Later, Lists, Plan, Session};
use routier::{Error, ErrorKind, Isolation, Result};
use routier_tests::stores::Yield;

use crate::planted::Bug;

/// What a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The value of a key: to append is to write all of it.
    Value,
    /// The members that a query finds, in the order of their numbers: to append is to write one more.
    Members,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    List(u64),
    Member(u64),
}

#[derive(Clone, Debug)]
enum Value {
    List(Vec<u64>),
    Member { list: u64, number: u64 },
}

#[derive(Clone, Copy, Debug)]
enum Read {
    /// A key, with the number of what was there.
    Key(Key, u64),
    /// The members of a list.
    Query(u64),
}

/// The store.
pub(crate) struct Simulated {
    shared: Arc<Shared>,
}

struct Shared {
    level: Isolation,
    form: Form,
    bug: Option<Bug>,
    state: Mutex<State>,
}

struct State {
    /// The number of the last commit.
    number: u64,
    /// By key, in the order of their numbers.
    versions: BTreeMap<Key, Vec<(u64, Value)>>,
    /// What the open transactions have written, by the number of each.
    open: BTreeMap<u64, BTreeMap<Key, Value>>,
    n_begun: u64,
    random: u64,
}

impl State {
    /// True in about so many of a hundred cases.
    fn happens(&mut self, percent: u64) -> bool {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % 100 < percent
    }

    fn at(&self, key: Key, number: u64) -> Option<&(u64, Value)> {
        self.versions.get(&key)?.iter().rev().find(|(of, _)| *of <= number)
    }

    fn newest(&self, key: Key) -> u64 {
        self.versions.get(&key).and_then(|versions| versions.last()).map_or(0, |(number, _)| *number)
    }

    fn install(&mut self, key: Key, value: Value) {
        let number = self.number;
        self.versions.entry(key).or_default().push((number, value));
    }
}

impl Simulated {
    pub(crate) fn new(level: Isolation, form: Form, bug: Option<Bug>, seed: u64) -> Self {
        let (versions, open) = (BTreeMap::new(), BTreeMap::new());
        let state = Mutex::new(State { number: 0, versions, open, n_begun: 0, random: seed });
        Self { shared: Arc::new(Shared { level, form, bug, state }) }
    }
}

impl Shared {
    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Lists for Simulated {
    fn begin(&self, _plan: Plan) -> Later<'static, Box<dyn Session>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let (id, pinned, read_at) = shared.with(|state| {
                state.n_begun += 1;
                let id = state.n_begun;
                state.open.insert(id, BTreeMap::new());
                let newest = state.number;
                let is_stale = shared.has(Bug::StaleSnapshot) && state.happens(20);
                let pinned = if is_stale { newest.saturating_sub(5) } else { newest };
                let is_off = shared.has(Bug::OffByOne) && state.happens(5);
                (id, pinned, pinned.saturating_sub(u64::from(is_off)))
            });
            let session: Box<dyn Session> =
                Box::new(Open { shared, id, pinned, read_at, reads: Vec::new(), appended: Vec::new() });
            Ok(session)
        })
    }

    fn last(&self) -> Later<'static, BTreeMap<u64, Vec<u64>>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            Ok(shared.with(|state| {
                let newest = |key: &Key| state.at(*key, u64::MAX).map(|(_, value)| value.clone());
                let mut lists: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
                for key in state.versions.keys() {
                    match (*key, newest(key)) {
                        (Key::List(list), Some(Value::List(elements))) => {
                            let numbered = (0..).zip(elements);
                            lists.insert(list, numbered.collect());
                        }
                        (Key::Member(element), Some(Value::Member { list, number })) => {
                            lists.entry(list).or_default().push((number, element));
                        }
                        _ => {}
                    }
                }
                lists
                    .into_iter()
                    .map(|(list, mut members)| {
                        members.sort_unstable();
                        (list, members.into_iter().map(|(_, element)| element).collect())
                    })
                    .collect()
            }))
        })
    }
}

/// An open transaction.
struct Open {
    shared: Arc<Shared>,
    id: u64,
    /// The number at which it began.
    pinned: u64,
    /// The number at which it reads.
    read_at: u64,
    reads: Vec<Read>,
    /// Lists and elements.
    appended: Vec<(u64, u64)>,
}

impl Open {
    fn see(&mut self, list: u64) -> Vec<u64> {
        let shared = Arc::clone(&self.shared);
        shared.with(|state| {
            let read_at = if shared.has(Bug::ReadsLatest) { state.number } else { self.read_at };
            match shared.form {
                Form::Value => self.see_value(&shared, state, Key::List(list), read_at),
                Form::Members => self.see_members(state, list, read_at),
            }
        })
    }

    fn see_value(&mut self, shared: &Shared, state: &mut State, key: Key, read_at: u64) -> Vec<u64> {
        let elements = |value: &Value| match value {
            Value::List(elements) => elements.clone(),
            Value::Member { .. } => panic!("it is no list"),
        };
        if let Some(own) = state.open[&self.id].get(&key) {
            return elements(own);
        }
        let is_dirty = shared.has(Bug::DirtyRead) && state.happens(10);
        if let Some(foreign) = state.open.values().find_map(|staged| staged.get(&key)).filter(|_| is_dirty) {
            return elements(foreign);
        }
        self.reads.push(Read::Key(key, state.at(key, read_at).map_or(0, |(number, _)| *number)));
        let is_stale = shared.has(Bug::StaleEntry) && state.happens(3);
        let read_at = match state.at(key, read_at) {
            // the entry of the version before was left behind
            Some((number, _)) if is_stale => number - 1,
            _ => read_at,
        };
        state.at(key, read_at).map_or(Vec::new(), |(_, value)| elements(value))
    }

    fn see_members(&mut self, state: &State, list: u64, read_at: u64) -> Vec<u64> {
        self.reads.push(Read::Query(list));
        let committed = state.versions.keys().filter_map(|key| Some((key, &state.at(*key, read_at)?.1)));
        let mut members: Vec<(u64, u64)> = committed
            .chain(&state.open[&self.id])
            .filter_map(|(key, value)| match (key, value) {
                (Key::Member(element), Value::Member { list: of, number }) if *of == list => {
                    Some((*number, *element))
                }
                _ => None,
            })
            .collect();
        members.sort_unstable();
        members.into_iter().map(|(_, element)| element).collect()
    }

    fn stage(&self, key: Key, value: Value) {
        self.shared.with(|state| {
            state.open.entry(self.id).or_default().insert(key, value);
        });
    }

    /// Refuses what others have made impossible since.
    fn validate(&self, state: &State, staged: &BTreeMap<Key, Value>) -> Result<()> {
        let conflict = || Err(Error::new(ErrorKind::Conflict, "another was faster"));
        let shared = &self.shared;
        let is_overtaken = staged.keys().any(|key| state.newest(*key) > self.pinned);
        if is_overtaken && !shared.has(Bug::NoWriteCheck) {
            return conflict();
        }
        let n_checked = match shared.bug {
            _ if shared.level == Isolation::Snapshot => 0,
            Some(Bug::NoReadValidation) => 0,
            Some(Bug::FirstReadOnly) => 1,
            _ => usize::MAX,
        };
        let is_changed = |read: &Read| match read {
            Read::Key(key, number) => state.newest(*key) != *number,
            Read::Query(_) if shared.has(Bug::MissedQuery) => false,
            Read::Query(list) => state.versions.values().flatten().any(|(number, value)| {
                *number > self.pinned && matches!(value, Value::Member { list: of, .. } if of == list)
            }),
        };
        if self.reads.iter().take(n_checked).any(is_changed) { conflict() } else { Ok(()) }
    }

    async fn end(self) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let (mut staged, checked) = shared.with(|state| {
            let staged = state.open.remove(&self.id).unwrap_or_default();
            let checked = if staged.is_empty() { Ok(()) } else { self.validate(state, &staged) };
            (staged, checked)
        });
        if checked.is_err() && !shared.has(Bug::AbortLeaks) {
            return checked;
        }
        let (is_lost, is_repeated) = shared.with(|state| {
            (shared.has(Bug::LostCommits) && state.happens(2), shared.has(Bug::Replayed) && state.happens(2))
        });
        if is_lost || staged.is_empty() {
            return Ok(());
        }
        if is_repeated {
            for (list, element) in &self.appended {
                if let Some(Value::List(elements)) = staged.get_mut(&Key::List(*list)) {
                    elements.push(*element);
                }
            }
        }
        if shared.has(Bug::KeyByKey) {
            for (key, value) in staged {
                shared.with(|state| {
                    state.number += 1;
                    state.install(key, value);
                });
                Yield::default().await;
            }
            return checked;
        }
        shared.with(|state| {
            state.number += 1;
            staged.into_iter().for_each(|(key, value)| state.install(key, value));
        });
        checked
    }
}

impl Session for Open {
    fn read(&mut self, list: u64, _way: u64) -> Later<'_, Vec<u64>> {
        let elements = self.see(list);
        Box::pin(async { Ok(elements) })
    }

    fn append(&mut self, list: u64, element: u64, _way: u64) -> Later<'_, Option<Vec<u64>>> {
        let elements = self.see(list);
        self.appended.push((list, element));
        let (key, value) = match self.shared.form {
            Form::Value => (Key::List(list), Value::List([elements.as_slice(), &[element]].concat())),
            Form::Members => (Key::Member(element), Value::Member { list, number: elements.len() as u64 }),
        };
        self.stage(key, value);
        // as of a mapper that loads a row to save it: nobody sees what was loaded
        Box::pin(async { Ok(None) })
    }

    fn commit(self: Box<Self>) -> Later<'static, ()> {
        Box::pin(self.end())
    }

    fn roll_back(self: Box<Self>) -> Later<'static, ()> {
        Box::pin(async move {
            let shared = Arc::clone(&self.shared);
            shared.with(|state| {
                let staged = state.open.remove(&self.id).unwrap_or_default();
                if shared.has(Bug::AbortLeaks) {
                    state.number += 1;
                    staged.into_iter().for_each(|(key, value)| state.install(key, value));
                }
            });
            Ok(())
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.with(|state| drop(state.open.remove(&self.id)));
    }
}
