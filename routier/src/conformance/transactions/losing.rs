//! What a run of a transaction may meet.

use super::clock::Quick;
use super::scene::{Item, Scene, item};
use crate::conformance::Subject;
use crate::conformance::tools::refused;
use crate::env::sync::{AtomicU32, AtomicU64, Ordering};
use crate::{
    Collection, Error, ErrorKind, Result, Store, StoreBuilder, Transaction, TransactionOptions, Versioned,
};

/// What a run meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// A row that it read is changed before it commits.
    Read,
    /// A key that it read and was not there is inserted before it commits.
    Absent,
    /// A query finds other rows before it commits.
    Phantom,
    /// A row that it wrote is changed before it commits.
    Version,
    /// A row that it wrote is removed before it commits, and comes back.
    Removed,
    /// A key that it inserts is there before it commits.
    Key,
    /// A distinct value is there before it commits.
    Distinct,
    /// A handle that is newer than its snapshot.
    NewerHandle,
    /// The same, and the closure makes `Ok` of it.
    Swallowed,
    /// The same, and the closure makes an error of its own of it.
    Replaced,
    /// The closure commits by hand, and conflicts.
    ByHand,
    /// The same, and the closure makes `Ok` of it.
    ByHandSwallowed,
    /// A handle that was stale already at the snapshot.
    StaleHandle,
    /// A key that the snapshot shows.
    KeyThere,
    /// A distinct value that the snapshot shows.
    DistinctThere,
    /// One that only the commit meets.
    DistinctAtCommit,
    /// Two of its own rows get one value.
    OwnDistinct,
    /// An error of the user's own.
    Own,
    /// A row that is not there.
    NotFound,
    /// A value that is never taken.
    Invalid,
}

/// The row that every run writes.
const MINE: u64 = 9_999;

/// Where runs are lost.
pub(super) struct Losing {
    pub(super) store: Store,
    pub(super) clock: Quick,
    scene: Scene,
    stale: Versioned<Item>,
    n_new: AtomicU64,
}

impl Losing {
    pub(super) async fn new(subject: &Subject) -> Result<Self> {
        Self::over(subject, Quick::default(), Store::builder()).await
    }

    /// Over a store with this clock and these options.
    pub(super) async fn over(subject: &Subject, clock: Quick, builder: StoreBuilder) -> Result<Self> {
        let store = subject.build(builder.clock(clock.clone())).await?;
        let scene = Scene::new(store.clone()).await?;
        let [stale, _] = scene.handles().await?;
        scene.items.modify(&1, |item| item.value = 11).await?;
        Ok(Self { store, clock, scene, stale, n_new: AtomicU64::new(100) })
    }

    /// Whether a transaction was committed since the last call.
    pub(super) async fn is_written(&self) -> Result<bool> {
        Ok(self.scene.items.remove_key(&MINE).await?.is_some())
    }

    /// Somebody else changes the item 1.
    async fn change(&self) -> Result<Versioned<Item>> {
        self.scene.items.modify(&1, |item| item.value += 1).await
    }

    /// One run, which meets something if it is to.
    pub(super) async fn meet(&self, tx: Transaction, met: Option<Met>) -> Result<()> {
        let own = tx.collection::<Item>().await?;
        own.upsert(item(MINE)).await?;
        let (items, new) = (&self.scene.items, self.n_new.fetch_add(1, Ordering::Relaxed));
        let Some(met) = met else { return Ok(()) };
        match met {
            Met::Read | Met::ByHand | Met::ByHandSwallowed => {
                own.get(&1).await?;
                self.change().await?;
                if met != Met::Read {
                    let outcome = tx.commit().await;
                    return if met == Met::ByHand { outcome } else { Ok(()) };
                }
            }
            Met::Absent => {
                own.get(&new).await?;
                items.insert(item(new)).await?;
            }
            Met::Phantom => {
                own.filter(|i| i.value.between(1_000..90_000)).count().await?;
                items.insert(item(new)).await?;
            }
            Met::Version => {
                own.modify(&1, |item| item.value += 1).await?;
                self.change().await?;
            }
            Met::Removed => {
                own.modify(&1, |item| item.value += 1).await?;
                items.remove_key(&1).await?;
                items.insert(item(1)).await?;
            }
            Met::Key => {
                own.insert(Item { name: None, ..item(new) }).await?;
                items.insert(item(new)).await?;
            }
            Met::Distinct => {
                own.insert(Item { id: new + 1_000_000, ..item(new) }).await?;
                items.insert(item(new)).await?;
            }
            Met::NewerHandle => drop(own.update(&self.change().await?, |item| item.value = 9).await?),
            Met::Swallowed => {
                let outcome = own.update(&self.change().await?, |item| item.value = 9).await;
                assert!(refused(outcome, ErrorKind::Conflict).is_retryable());
            }
            Met::Replaced => {
                let outcome = own.update(&self.change().await?, |item| item.value = 9).await;
                return outcome.map(drop).map_err(|_| Error::other("lost"));
            }
            _ => return self.meet_itself(&own, met, new).await,
        }
        Ok(())
    }

    /// One run that meets what was so at its snapshot already, or was brought along.
    async fn meet_itself(&self, own: &Collection<Item>, met: Met, new: u64) -> Result<()> {
        match met {
            Met::StaleHandle => drop(own.update(&self.stale, |item| item.value = 9).await?),
            Met::KeyThere => drop(own.insert(Item { name: None, ..item(2) }).await?),
            Met::DistinctThere => drop(own.insert(Item { id: new, ..item(2) }).await?),
            Met::DistinctAtCommit => drop(own.modify(&3, |item| item.name = Some("n2".to_owned())).await?),
            Met::OwnDistinct => {
                for key in [2, 3] {
                    own.modify(&key, |item| item.name = Some("both".to_owned())).await?;
                }
            }
            Met::NotFound => drop(own.modify(&new, |_| ()).await?),
            Met::Invalid => drop(own.modify(&2, |item| item.id = 77).await?),
            _ => return Err(Error::other("my own")),
        }
        Ok(())
    }
}

/// Runs a transaction that meets this in its first so many runs. Gives how often it was run, and what it gave.
pub(super) async fn run_with(
    losing: &Losing,
    options: TransactionOptions,
    met: Met,
    first: u32,
) -> (u32, Result<()>) {
    let runs = &AtomicU32::new(0);
    let outcome = losing.store.transaction_with(options, |tx| async move {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        losing.meet(tx, (run < first).then_some(met)).await
    });
    let outcome = outcome.await;
    (runs.load(Ordering::Relaxed), outcome)
}
