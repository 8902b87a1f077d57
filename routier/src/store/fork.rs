//! Independent copies of a store.

use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::memory::{Engine, MemoryStorage};
use crate::storage::{Opening, Storage};
use crate::store::Store;
use crate::store::core::{Base, Core};

impl Store {
    /// An independent store in memory with the same content: what is written to one is not seen by the other. For tests
    /// that each want a loaded fixture of their own.
    ///
    /// ```
    /// # use routier::{Entity, Store};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    /// # struct Player { #[key] name: String, score: u32 }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// let loaded = Store::memory();
    /// let ada = Player { name: "ada".to_owned(), score: 3 };
    /// let ada = loaded.collection::<Player>().await?.insert(ada).await?;
    ///
    /// let fork = loaded.fork().await?;
    /// fork.collection::<Player>().await?.update(&ada, |ada| ada.score = 9).await?;
    /// assert_eq!(loaded.collection::<Player>().await?.get("ada").await?, Some(ada));
    /// # Ok(()) }
    /// ```
    ///
    /// Rows are shared and keep their versions, so that a handle from before is good in both, until one of them writes
    /// the row. Clock, ids and the other options are the same; the change feed begins anew: tokens of the one mean nothing
    /// to the other.
    ///
    /// Cost: of a store in memory, one pass over the entries of its structures, for which commits wait; of another, a scan
    /// of the collections that are open, which become those of the fork, and the building of their indexes.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    pub async fn fork(&self) -> Result<Self> {
        self.core.check_open()?;
        let storage = match self.core.fork_engine()? {
            Some(storage) => storage,
            None => self.core.copy_rows().await?,
        };
        Ok(Self::new(self.core.over(Base::memory(storage))))
    }
}

impl Core {
    /// All rows of the open collections, as of one snapshot.
    async fn copy_rows(&self) -> Result<MemoryStorage> {
        let snapshot = self.storage.snapshot().await?;
        let copy = MemoryStorage::behind(snapshot.number());
        let engine: Arc<Engine> = Arc::clone(copy.engine());
        for (id, descriptor, table) in self.collections() {
            let place = copy.open(Opening::new(descriptor, table)).await?;
            let mut rows = snapshot.scan(id).await?;
            loop {
                let batch = rows.next(BATCH).await?.rows;
                if batch.is_empty() {
                    break;
                }
                if let Some(row) = batch.iter().find(|row| row.version() > snapshot.number()) {
                    let text = format!("a row has version {}, above its snapshot's number", row.version());
                    return Err(Error::bug(text).with_collection(descriptor.collection));
                }
                engine.load(place, batch)?;
            }
        }
        Ok(copy)
    }
}

/// How many rows are copied at a time.
const BATCH: usize = 1_024;
