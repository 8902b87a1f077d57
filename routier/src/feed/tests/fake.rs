//! A storage that is a list of commits, two entities written by hand, and an executor of a few lines.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;

use crate::entity::{AnyRow, Descriptor, Entity, FieldDescriptor, IndexVisitor, Versioned};
use crate::env::Env;
use crate::env::sync::{Arc, AtomicBool, AtomicUsize, Mutex, OnceLock, Ordering};
use crate::error::{Error, Result};
use crate::feed::{Change, Commit, Feed, Fresh, Hub, Operation, Requery, Source, Start, Watch};
use crate::query::{OrderTerm, Predicate, eval};
use crate::storage::{
    Answer, Capabilities, CollectionId, CommitRecord, History, Listener, Opening, Origin, RowChange,
    Snapshot, Storage, Token, WriteSet,
};
use crate::value::{Datum, DatumRef, read};

pub(super) const PLAYERS: CollectionId = CollectionId(0);
pub(super) const TEAMS: CollectionId = CollectionId(1);
pub(super) const SCORE: u16 = 1;

macro_rules! entity {
    ($name:ident, $collection:literal) => {
        #[derive(Clone, Debug)]
        pub(super) struct $name {
            pub(super) id: u64,
            pub(super) score: u64,
            /// Counts the fields that were read of any row of the storage.
            pub(super) reads: Arc<AtomicUsize>,
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                (self.id, self.score) == (other.id, other.score)
            }
        }

        impl Entity for $name {
            type Key = u64;
            type Fields = ();
            const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<$name>(stringify!($name), $collection)
                .with_fields(&[
                    FieldDescriptor::declared::<u64>("id"),
                    FieldDescriptor::declared::<u64>("score"),
                ])
                .with_key(&[0]);

            fn fields() {}
            fn key(&self) -> u64 {
                self.id
            }
            fn read(&self, field: u16) -> DatumRef<'_> {
                assert_ne!(self.score, PANICS, "a field that panics");
                if field == 0 {
                    return read(&self.id);
                }
                self.reads.fetch_add(1, Ordering::SeqCst);
                read(&self.score)
            }
            fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
        }
    };
}

entity!(Player, "players");
entity!(Team, "teams");

/// A score whose row panics when it is read.
pub(super) const PANICS: u64 = u64::MAX;

pub(super) struct Fake {
    state: Mutex<State>,
    listener: OnceLock<Arc<dyn Listener>>,
    /// Answers come later, with a pause before each.
    is_late: AtomicBool,
    /// Records say what they follow.
    pub(super) is_counting: bool,
    capabilities: Capabilities,
    pub(super) reads: Arc<AtomicUsize>,
    /// How often the history was read.
    pub(super) histories: AtomicUsize,
}

#[derive(Default)]
struct State {
    commits: Vec<Arc<CommitRecord>>,
    /// Commits up to this number are no longer kept.
    forgotten: u64,
    visible: u64,
    changes: u64,
    rows: BTreeMap<(u32, u64), (AnyRow, u64)>,
    failure: Option<Error>,
}

/// One write of a commit: collection, id, and the score; no score removes the row.
pub(super) type Put = (CollectionId, u64, Option<u64>);

pub(super) struct World {
    pub(super) fake: Arc<Fake>,
    pub(super) hub: Arc<Hub>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(true)
    }

    /// One whose records do not say what they follow.
    pub(super) fn without_counts() -> Self {
        Self::with(false)
    }

    fn with(is_counting: bool) -> Self {
        let fake = Arc::new(Fake {
            state: Mutex::default(),
            listener: OnceLock::new(),
            is_late: AtomicBool::new(false),
            is_counting,
            capabilities: Capabilities::plain("fake"),
            reads: Arc::default(),
            histories: AtomicUsize::new(0),
        });
        let hub = Hub::attach(&fake, &Env::system());
        Self { fake, hub }
    }

    /// The same, with answers that come later.
    pub(super) fn late() -> Self {
        let world = Self::new();
        world.fake.become_late(true);
        world
    }

    pub(super) fn source(&self) -> Source {
        Source { storage: Arc::new(Arc::clone(&self.fake)), hub: Arc::clone(&self.hub), own: me() }
    }

    pub(super) fn players(&self) -> Feed<Change<Player>> {
        block_on(Feed::open(self.source(), Some(PLAYERS), Start::Now)).unwrap()
    }

    pub(super) fn players_after(&self, token: Token) -> Result<Feed<Change<Player>>> {
        block_on(Feed::open(self.source(), Some(PLAYERS), Start::After(token)))
    }

    pub(super) fn all(&self) -> Feed<Commit> {
        block_on(Feed::open(self.source(), None, Start::Now)).unwrap()
    }

    pub(super) fn all_after(&self, token: Token) -> Result<Feed<Commit>> {
        block_on(Feed::open(self.source(), None, Start::After(token)))
    }

    pub(super) fn watch(&self, filter: Predicate, order: &[OrderTerm]) -> Watch<Player> {
        let (filter, order) = (Arc::new(filter), Arc::<[OrderTerm]>::from(order));
        let requery = self.requery(Arc::clone(&filter), Arc::clone(&order));
        block_on(Watch::open(self.source(), PLAYERS, filter, order, requery, None)).unwrap()
    }

    fn requery(&self, filter: Arc<Predicate>, order: Arc<[OrderTerm]>) -> Requery<Player> {
        let fake = Arc::clone(&self.fake);
        Arc::new(move || {
            let (fake, filter, order) = (Arc::clone(&fake), Arc::clone(&filter), Arc::clone(&order));
            Box::pin(async move {
                if fake.is_late.load(Ordering::SeqCst) {
                    pause().await;
                }
                let (rows, number) = fake.result(&filter, &order);
                Ok(Fresh { rows, number })
            })
        })
    }

    /// Commits and announces.
    pub(super) fn commit(&self, puts: &[Put]) -> Arc<CommitRecord> {
        self.commit_as(&somebody(), puts)
    }

    pub(super) fn commit_as(&self, origin: &Origin, puts: &[Put]) -> Arc<CommitRecord> {
        let record = self.fake.write(origin, puts);
        self.announce(&record);
        record
    }

    /// One row of `players`.
    pub(super) fn put(&self, id: u64, score: u64) -> Arc<CommitRecord> {
        self.commit(&[(PLAYERS, id, Some(score))])
    }

    /// One row of `teams`.
    pub(super) fn elsewhere(&self) -> Arc<CommitRecord> {
        self.commit(&[(TEAMS, 1, Some(0))])
    }

    pub(super) fn announce(&self, record: &CommitRecord) {
        self.fake.listener.get().unwrap().committed(record);
    }

    pub(super) fn token(&self) -> Token {
        Token::whole(self.fake.id(), self.fake.epoch(), self.fake.visible())
    }
}

pub(super) fn me() -> Origin {
    Origin::named("me")
}

pub(super) fn somebody() -> Origin {
    Origin::named("somebody")
}

impl Fake {
    /// Commits without a word to anybody.
    pub(super) fn write(&self, origin: &Origin, puts: &[Put]) -> Arc<CommitRecord> {
        let mut state = self.state.lock();
        // Numbers are not dense.
        let (before, number) = (state.visible, state.visible + 3);
        let mut changes = Vec::new();
        for (collection, id, score) in puts {
            let place = (collection.0, *id);
            let old = state.rows.remove(&place).map(|(row, _)| row);
            let new = score.map(|score| self.row(*collection, *id, score, number));
            if let Some(row) = &new {
                state.rows.insert(place, (row.clone(), score.unwrap()));
            }
            changes.extend(RowChange::new(*collection, old, new));
        }
        let count = changes.len() as u64;
        let mut record = CommitRecord::new(number, origin.clone(), changes);
        if self.is_counting {
            record = record.following(before, state.changes);
        }
        let record = Arc::new(record);
        state.commits.push(Arc::clone(&record));
        state.visible = number;
        state.changes += count;
        record
    }

    fn row(&self, collection: CollectionId, id: u64, score: u64, number: u64) -> AnyRow {
        let reads = Arc::clone(&self.reads);
        if collection == PLAYERS {
            AnyRow::new(Versioned::new(Player { id, score, reads }, number))
        } else {
            AnyRow::new(Versioned::new(Team { id, score, reads }, number))
        }
    }

    /// A change whose row is not of the collection's type.
    pub(super) fn write_wrongly(&self) -> Arc<CommitRecord> {
        let mut state = self.state.lock();
        state.visible += 3;
        let row = self.row(TEAMS, 1, 1, state.visible);
        let change = RowChange::new(PLAYERS, None, Some(row)).unwrap();
        let record = Arc::new(CommitRecord::new(state.visible, somebody(), vec![change]));
        state.commits.push(Arc::clone(&record));
        record
    }

    /// Whether answers come later.
    pub(super) fn become_late(&self, is_late: bool) {
        self.is_late.store(is_late, Ordering::SeqCst);
    }

    /// Forgets commits up to a number.
    pub(super) fn forget(&self, number: u64) {
        let mut state = self.state.lock();
        state.commits.retain(|commit| commit.number > number);
        state.forgotten = state.forgotten.max(number);
    }

    /// The next read of the history fails with this.
    pub(super) fn fail(&self, error: Error) {
        self.state.lock().failure = Some(error);
    }

    /// Players that pass, in order, and at which number.
    pub(super) fn result(&self, filter: &Predicate, order: &[OrderTerm]) -> (Vec<Versioned<Player>>, u64) {
        let state = self.state.lock();
        let of_players = |place: &(u32, u64)| place.0 == PLAYERS.0;
        let rows = state.rows.iter().filter(|(place, _)| of_players(place)).map(|(_, (row, _))| row.clone());
        let mut rows: Vec<AnyRow> = rows.filter(|row| eval::matches(filter, row)).collect();
        rows.sort_by(|one, other| eval::compare(one, other, order, Player::DESCRIPTOR));
        (rows.into_iter().map(|row| row.downcast().unwrap()).collect(), state.visible)
    }

    fn read_history(&self, number: u64, most: usize) -> Result<History> {
        self.histories.fetch_add(1, Ordering::SeqCst);
        let mut state = self.state.lock();
        if let Some(error) = state.failure.take() {
            return Err(error);
        }
        let mut found = Vec::new();
        let mut count = 0;
        for commit in state.commits.iter().filter(|commit| commit.number > number) {
            if count >= most {
                break;
            }
            count += commit.changes.len().max(1);
            found.push(Arc::clone(commit));
        }
        let is_all = found.last().is_none_or(|commit| commit.number == state.visible);
        let seen = if is_all { state.visible } else { found.last().unwrap().number };
        let history = History::new(found, seen);
        Ok(if number < state.forgotten { history.with_gap(state.forgotten) } else { history })
    }
}

impl Storage for Arc<Fake> {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }
    fn id(&self) -> u64 {
        Fake::id(self)
    }
    fn epoch(&self) -> u64 {
        Fake::epoch(self)
    }
    fn attach(&self, _env: &Env, listener: Arc<dyn Listener>) {
        let _ = self.listener.set(listener);
    }
    fn open(&self, _opening: Opening) -> Answer<'static, Result<CollectionId>> {
        Answer::Ready(Err(Error::unsupported("collections")))
    }
    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        Answer::Ready(Err(Error::unsupported("snapshots")))
    }
    fn commit(&self, _writes: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        Answer::Ready(Err(Error::unsupported("commits")))
    }
    fn identities(&self, _collection: CollectionId, _count: u128) -> Answer<'static, Result<u128>> {
        Answer::Ready(Err(Error::unsupported("identities")))
    }
    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        if !self.is_late.load(Ordering::SeqCst) {
            return Answer::Ready(self.read_history(number, most));
        }
        let fake = Arc::clone(self);
        Answer::later(async move {
            let history = fake.read_history(number, most);
            // The answer is older than what is announced meanwhile.
            pause().await;
            history
        })
    }
    fn visible(&self) -> u64 {
        Fake::visible(self)
    }
}

impl Fake {
    pub(super) fn id(&self) -> u64 {
        0xA11CE
    }
    pub(super) fn epoch(&self) -> u64 {
        2
    }
    pub(super) fn visible(&self) -> u64 {
        self.state.lock().visible
    }
}

/// `score >= least`
pub(super) fn at_least(least: u64) -> Predicate {
    use std::ops::Bound;
    Predicate::Within { field: SCORE, low: Bound::Included(Datum::UInt(least)), high: Bound::Unbounded }
}

/// The same of a row that anybody has, in words by which it cannot be looked up.
pub(super) fn at_least_or_nobody(least: u64) -> Predicate {
    at_least(least).or(Predicate::Equal { field: 0, value: Datum::UInt(u64::MAX) })
}

/// A waker that counts how often it was called.
#[derive(Default)]
pub(super) struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
    pub(super) fn poll<S: Stream + Unpin>(self: &Arc<Self>, stream: &mut S) -> Poll<Option<S::Item>> {
        let waker = Waker::from(Arc::clone(self));
        Pin::new(stream).poll_next(&mut Context::from_waker(&waker))
    }
}

/// Polls on as long as somebody has woken: what there is, and whether it was the end.
pub(super) fn drain<S: Stream + Unpin>(stream: &mut S) -> (Vec<S::Item>, bool) {
    let bell = Bell::new();
    let mut items = Vec::new();
    loop {
        let rung = bell.count();
        match bell.poll(stream) {
            Poll::Ready(Some(item)) => items.push(item),
            Poll::Ready(None) => return (items, true),
            Poll::Pending if bell.count() == rung => return (items, false),
            Poll::Pending => {}
        }
    }
}

/// What there is, without errors.
pub(super) fn given<S: Stream<Item = Result<T>> + Unpin, T>(stream: &mut S) -> Vec<T> {
    drain(stream).0.into_iter().map(Result::unwrap).collect()
}

struct Thread(std::thread::Thread);

impl Wake for Thread {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Thread(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Ready at the second poll.
pub(super) async fn pause() {
    let mut is_second = false;
    std::future::poll_fn(|context| {
        if is_second {
            return Poll::Ready(());
        }
        is_second = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A change in short: `+1=5` inserted, `1:5>6` updated, `-1=6` removed.
pub(super) fn short(change: &Change<Player>) -> String {
    let score = |row: Option<&Versioned<Player>>| row.unwrap().score;
    match change.operation() {
        Operation::Inserted => format!("+{}={}", change.key(), score(change.after())),
        Operation::Updated => {
            format!("{}:{}>{}", change.key(), score(change.before()), score(change.after()))
        }
        Operation::Removed => format!("-{}={}", change.key(), score(change.before())),
    }
}

pub(super) fn shorts(changes: &[Change<Player>]) -> String {
    changes.iter().map(short).collect::<Vec<_>>().join(" ")
}
