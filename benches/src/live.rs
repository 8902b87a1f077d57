//! What a write costs routier while live queries are open. The hand-written maps have none, and so the least that they
//! cost is ours with none open.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use routier::{Collection, Live, Result, Store, Watch};

use crate::executor::block_on;
use crate::record::{Plan, Record};
use crate::rows::User;

/// How many are open at once.
pub(crate) const OPEN: [u32; 4] = [0, 1, 10, 1_000];

/// Updates are timed in this many pieces, of so many rows each.
const CHUNKS: usize = 100;
const ROWS: u64 = 50;
const PASSES: usize = 3;
/// No live query is about this age. They are about those after it.
const UNWATCHED: u32 = 0;

/// Whom an update concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Concerned {
    Nobody,
    /// One of the live queries: the measured loop reads what it says after each update.
    One,
}

impl Concerned {
    /// Among the times of a variant.
    pub(crate) fn name(self, open: u32) -> String {
        match self {
            Self::Nobody => format!("live-{open}-nobody"),
            Self::One => format!("live-{open}-one"),
        }
    }
}

pub(crate) fn measure(rows: u64, retain: Option<usize>) -> std::result::Result<Record, String> {
    let users = block_on(Users::open(rows, retain)).map_err(|error| error.to_string())?;
    let mut record = Record::default();
    for open in OPEN {
        let mut audience = block_on(Audience::open(&users, open)).map_err(|error| error.to_string())?;
        let units = ROWS * CHUNKS as u64;
        let plan = || Plan { passes: PASSES, chunks: CHUNKS, units, rows: units };
        record.time_as(&Concerned::Nobody.name(open), plan(), |_| {
            Some(block_on(users.rename(&users.of_nobody, None)).expect("every row is there"))
        })?;
        if audience.woken() != 0 {
            return Err("an update woke a live query that it does not concern".to_owned());
        }
        if open > 0 {
            record.time_as(&Concerned::One.name(open), plan(), |_| {
                let told = users.rename(&users.of_one, Some(&mut audience));
                Some(block_on(told).expect("every row is there"))
            })?;
            if audience.woken() != units * PASSES as u64 {
                return Err("an update woke others than the one live query that it concerns".to_owned());
            }
        }
    }
    std::mem::forget(users);
    Ok(record)
}

/// The rows of every measurement, and some more for this one.
struct Users {
    collection: Collection<User>,
    _store: Store,
    /// Keys of rows whose age nobody watches.
    of_nobody: Vec<u64>,
    /// Keys of rows of the age that the first live query is about.
    of_one: Vec<u64>,
}

impl Users {
    async fn open(rows: u64, retain: Option<usize>) -> Result<Self> {
        let store = match retain {
            None => Store::memory(),
            Some(changes) => Store::builder().retain(changes).memory(),
        };
        let collection = store.collection::<User>().await?;
        for first in (0..rows).step_by(1_000) {
            collection.insert_many((first..first + 1_000).map(User::nth)).await?;
        }
        let mut more = Vec::with_capacity(2);
        for (place, age) in [UNWATCHED, UNWATCHED + 1].into_iter().enumerate() {
            let first = rows + place as u64 * ROWS;
            let users = (first..first + ROWS).map(|number| User { age, ..User::nth(number) });
            let rows = collection.insert_many(users).await?;
            more.push(rows.iter().map(|row| row.id).collect());
        }
        let (of_one, of_nobody) = (more.pop().unwrap_or_default(), more.pop().unwrap_or_default());
        Ok(Self { collection, _store: store, of_nobody, of_one })
    }

    /// Changes what no filter tests, so that a row stays in the results in which it is.
    async fn rename(&self, ids: &[u64], mut audience: Option<&mut Audience>) -> Result<u64> {
        let mut done = 0;
        for id in ids {
            self.collection.modify(id, |user| user.name.make_ascii_uppercase()).await?;
            done += match &mut audience {
                None => 1,
                Some(audience) => u64::from(audience.first_is_told(*id)?),
            };
        }
        Ok(done)
    }
}

/// Live queries that wait for what happens next.
struct Audience {
    watches: Vec<Watch<User>>,
    /// Theirs, all of them.
    waker: Waker,
    woken: Arc<Woken>,
    woken_before: u64,
}

/// How often live queries were woken.
#[derive(Default)]
struct Woken(AtomicU64);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl Audience {
    async fn open(users: &Users, open: u32) -> Result<Self> {
        let woken = Arc::<Woken>::default();
        let waker = Waker::from(Arc::clone(&woken));
        let mut watches = Vec::with_capacity(open as usize);
        for age in (UNWATCHED + 1..).take(open as usize) {
            let mut watch = users.collection.filter(|user| user.age.eq(age)).watch().await?;
            while next(&mut watch, &waker)?.is_some() {}
            watches.push(watch);
        }
        Ok(Self { watches, waker, woken, woken_before: 0 })
    }

    /// Whether the first one says that this row has changed, and nothing else.
    fn first_is_told(&mut self, id: u64) -> Result<bool> {
        let Some(watch) = self.watches.first_mut() else { return Ok(false) };
        let changed = next(watch, &self.waker)?;
        let ready = next(watch, &self.waker)?;
        let end = next(watch, &self.waker)?;
        let is_changed = matches!(changed, Some(Live::Changed { after, .. }) if after.id == id);
        Ok(is_changed && matches!(ready, Some(Live::Ready(_))) && end.is_none())
    }

    /// How often any was woken since this was last asked.
    fn woken(&mut self) -> u64 {
        let woken = self.woken.0.load(Relaxed);
        woken - std::mem::replace(&mut self.woken_before, woken)
    }
}

/// What there is to be read. Where there is nothing, the live query waits from then on.
fn next(watch: &mut Watch<User>, waker: &Waker) -> Result<Option<Live<User>>> {
    match pin!(watch.next()).poll(&mut Context::from_waker(waker)) {
        Poll::Pending | Poll::Ready(None) => Ok(None),
        Poll::Ready(Some(live)) => live.map(Some),
    }
}
