//! What the models play with.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use routier::storage::Log;
use routier::{
    Clock, Collection, Entity, Live, MemoryStorage, SequentialIds, Store, StoreBuilder, Versioned, Watch,
};
use shuttle::rand::Rng;
use shuttle::thread::JoinHandle;

/// A row with something to find it by in each way.
#[derive(Entity, Clone, Debug, PartialEq, Eq)]
#[entity(transient)]
pub(crate) struct Account {
    #[key]
    #[identity]
    pub(crate) id: u32,
    #[distinct]
    pub(crate) name: String,
    #[index]
    pub(crate) balance: i64,
}

/// The account with this number, named after it.
pub(crate) fn account(id: u32, balance: i64) -> Account {
    Account { id, name: format!("account {id}"), balance }
}

/// A store, and its accounts.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) store: Store,
    pub(crate) accounts: Collection<Account>,
}

impl Scene {
    /// With accounts from 1 on that have these balances, all of one commit.
    pub(crate) fn with(balances: &[i64]) -> Self {
        Self::of(store(), balances)
    }

    /// The same, with a history of so many changes.
    pub(crate) fn remembering(changes: usize, balances: &[i64]) -> Self {
        Self::of(builder().retain(changes).memory(), balances)
    }

    /// The same, with commits that wait for a log.
    pub(crate) fn logged(log: Arc<dyn Log>, balances: &[i64]) -> Self {
        let storage = MemoryStorage::new().with_log(log);
        Self::of(wait(builder().storage(storage)).expect("a store"), balances)
    }

    fn of(store: Store, balances: &[i64]) -> Self {
        let accounts = wait(store.collection::<Account>()).expect("a collection");
        let rows = (1..).zip(balances).map(|(id, balance)| account(id, *balance));
        wait(accounts.insert_many(rows)).expect("new rows");
        Self { store, accounts }
    }

    /// Adds to an account, whatever others do.
    pub(crate) fn add(&self, id: u32, amount: i64) -> Versioned<Account> {
        wait(self.accounts.modify(&id, |account| account.balance += amount)).expect("it is there")
    }

    /// Moves money in a transaction that is tried once.
    pub(crate) fn transfer(&self, from: u32, to: u32, amount: i64) -> routier::Result<()> {
        wait(async {
            let transaction = self.store.begin().await?;
            let accounts = transaction.collection::<Account>().await?;
            accounts.modify(&from, |account| account.balance -= amount).await?;
            accounts.modify(&to, |account| account.balance += amount).await?;
            transaction.commit().await
        })
    }

    /// The balance of an account, 0 where there is none.
    pub(crate) fn balance(&self, id: u32) -> i64 {
        wait(self.accounts.get(&id)).expect("a read").map_or(0, |account| account.balance)
    }

    /// All accounts by key.
    pub(crate) fn all(&self) -> Vec<Versioned<Account>> {
        wait(self.accounts.query().all()).expect("a read")
    }

    /// Up to where commits are visible.
    pub(crate) fn visible(&self) -> u64 {
        self.store.token().number()
    }
}

/// A store in memory with nothing in it.
pub(crate) fn store() -> Store {
    builder().memory()
}

fn builder() -> StoreBuilder {
    // By plans and write sets, now and then, in place of the typed table.
    let is_untyped = shuttle::rand::thread_rng().gen_ratio(1, 4);
    // Nothing of them outlives the store: another interleaving begins where this one did.
    Store::builder().clock(Hurried).ids(SequentialIds::new()).untyped(is_untyped)
}

/// A clock by which every pause is over as soon as somebody else had the chance to go on: time passes as it likes.
#[derive(Debug)]
struct Hurried;

impl Clock for Hurried {
    fn now(&self) -> Duration {
        Duration::from_secs(1_800_000_000)
    }

    fn sleep(&self, _duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(shuttle::future::yield_now())
    }
}

/// Waits for work, while others go on.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    shuttle::future::block_on(work)
}

/// Begins work, and gives what it came to if it is through.
pub(crate) fn poll<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Another thread with the same scene.
pub(crate) fn beside<T: Send + 'static>(
    scene: &Scene,
    act: impl FnOnce(Scene) -> T + Send + 'static,
) -> JoinHandle<T> {
    let scene = scene.clone();
    shuttle::thread::spawn(move || act(scene))
}

/// What another thread came to.
pub(crate) fn joined<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("the thread is well")
}

/// What a watch has said, as a set.
#[derive(Default)]
pub(crate) struct Shown(pub(crate) BTreeMap<u32, i64>);

impl Shown {
    pub(crate) fn apply(&mut self, live: Live<Account>) {
        match live {
            Live::Reset(rows) => self.0 = rows.iter().map(|row| (row.id, row.balance)).collect(),
            Live::Entered(row) => assert_eq!(self.0.insert(row.id, row.balance), None, "it was there"),
            Live::Changed { before, after } | Live::Moved { before, after } => {
                assert_eq!(self.0.insert(after.id, after.balance), Some(before.balance), "it was another");
            }
            Live::Left(row) => assert_eq!(self.0.remove(&row.id), Some(row.balance), "it was not there"),
            Live::Ready(_) => {}
        }
    }
}

/// What a watch says up to its end, which comes when the store is closed.
pub(crate) fn followed(mut watch: Watch<Account>) -> BTreeMap<u32, i64> {
    let mut shown = Shown::default();
    while let Some(live) = wait(watch.next()) {
        shown.apply(live.expect("it goes on"));
    }
    shown.0
}
