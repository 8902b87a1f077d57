//! A store over a log that does as it is told.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use routier::{Collection, Entity, Feed, MemoryStorage, Result, Store, View};
use routier_tests::stores::Hasty;
use serde::{Deserialize, Serialize};

use crate::double::{Double, Mode};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    #[key]
    pub(crate) id: u64,
    #[index]
    pub(crate) value: i64,
    #[distinct]
    pub(crate) name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    #[key]
    #[identity]
    pub(crate) number: u64,
    #[index]
    pub(crate) value: i64,
}

pub(crate) fn item(id: u64, value: i64) -> Item {
    Item { id, value, name: format!("n{id}") }
}

/// A store with the items 1 to 3, of values 10 to 30; what is committed from now on waits for the log.
pub(crate) struct Scene {
    untyped: bool,
    pub(crate) log: Arc<Double>,
    pub(crate) store: Store,
    pub(crate) items: Collection<Item>,
    pub(crate) tickets: Collection<Ticket>,
}

pub(crate) type Work<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl Scene {
    async fn new(untyped: bool) -> Result<Self> {
        let log = Arc::new(Double::default());
        let storage = MemoryStorage::new().with_log(Arc::<Double>::clone(&log));
        let store = Store::builder().clock(Hasty::default()).untyped(untyped).storage(storage).await?;
        log.set(Mode::AtOnce);
        let (items, tickets) = (store.collection().await?, store.collection().await?);
        let scene = Self { untyped, log, store, items, tickets };
        scene.items.insert_many((1..=3).map(|id| item(id, id as i64 * 10))).await?;
        scene.log.set(Mode::Hold);
        Ok(scene)
    }

    /// Another one like it.
    pub(crate) async fn again(&self) -> Result<Self> {
        Self::new(self.untyped).await
    }

    /// Begins to put a row over whatever is there: it has its number, and waits for the log.
    pub(crate) fn begin(&self, id: u64, value: i64) -> Work<u64> {
        let upsert = self.items.upsert(item(id, value));
        begun(Box::pin(async move { upsert.await.map(|row| row.version()) }))
    }
}

/// Runs a test on a scene whose reads go to the typed table, and on one whose reads go to the storage's plans.
pub(crate) async fn on_each(test: impl AsyncFn(Scene) -> Result<()>) {
    for untyped in [false, true] {
        eprintln!("untyped: {untyped}");
        let scene = Scene::new(untyped).await.expect("a scene");
        if let Err(error) = test(scene).await {
            panic!("untyped: {untyped}: {error}");
        }
    }
}

/// Polls once, which has to be too early.
#[track_caller]
pub(crate) fn begun<T>(mut work: Work<T>) -> Work<T> {
    assert!(poll(&mut work).is_none(), "it waits for nobody");
    work
}

/// What it gives, if it is through.
pub(crate) fn poll<F: Future + ?Sized>(work: &mut Pin<Box<F>>) -> Option<F::Output> {
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}

/// What a feed gives without waiting.
pub(crate) fn given<T>(feed: &mut Feed<T>) -> Vec<T>
where
    Feed<T>: Taking<T>,
{
    std::iter::from_fn(|| feed.take()).collect()
}

/// A feed that is asked without waiting.
pub(crate) trait Taking<T> {
    fn take(&mut self) -> Option<T>;
}

impl Taking<routier::Change<Item>> for Feed<routier::Change<Item>> {
    fn take(&mut self) -> Option<routier::Change<Item>> {
        poll(&mut Box::pin(self.next()))?.transpose().expect("no loss")
    }
}

impl Taking<routier::Commit> for Feed<routier::Commit> {
    fn take(&mut self) -> Option<routier::Commit> {
        poll(&mut Box::pin(self.next()))?.transpose().expect("no loss")
    }
}

/// All that reads of each kind show: by key, by distinct value, by an index, in key order, and counted.
pub(crate) async fn seen(items: &View<Item>) -> Result<Vec<(u64, i64)>> {
    let rows = items.query().all().await?;
    let pairs: Vec<(u64, i64)> = rows.iter().map(|row| (row.id, row.value)).collect();
    let mut by_value = items.query().order_by(|i| i.value.asc()).all().await?;
    by_value.sort_by_key(|row| row.id);
    assert_eq!(by_value, rows, "the index shows the same");
    assert_eq!(items.query().count().await?, rows.len() as u64);
    for id in 0..100 {
        let found = rows.iter().find(|row| row.id == id);
        assert_eq!(items.get(&id).await?.as_ref(), found, "{id} by key");
        let name = format!("n{id}");
        let found = rows.iter().find(|row| row.name == name);
        assert_eq!(items.get_by(|i| i.name, name.as_str()).await?.as_ref(), found, "{name}");
    }
    Ok(pairs)
}
