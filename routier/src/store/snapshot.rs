//! Snapshots, as users hold them.

use std::fmt;

use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::storage;
use crate::storage::{Origin, Token};
use crate::store::core::Core;
use crate::store::view::{Scope, View};

/// A consistent, unmoving view of every collection: reads only.
///
/// Cheap to clone; the clones are the same snapshot. It holds the history that it can see until the last of them, and of
/// the views that it gave, is dropped.
#[derive(Clone)]
pub struct Snapshot {
    core: Arc<Core>,
    snapshot: Arc<dyn storage::Snapshot>,
    origin: Origin,
}

impl Snapshot {
    pub(crate) fn new(core: Arc<Core>, snapshot: Arc<dyn storage::Snapshot>, origin: Origin) -> Self {
        Self { core, snapshot, origin }
    }

    /// The rows of `E` as they were.
    ///
    /// # Errors
    ///
    /// As for [`Store::collection`](crate::Store::collection).
    pub async fn collection<E: Entity>(&self) -> Result<View<E>> {
        let opened = self.core.open::<E>(&self.origin).await?;
        Ok(View::new(opened, Scope::Snapshot(Arc::clone(&self.snapshot))))
    }

    /// Its place in the feed: a feed from here gives exactly what the snapshot does not show.
    pub fn token(&self) -> Token {
        self.core.token(self.snapshot.number())
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({})", self.snapshot.number())
    }
}
