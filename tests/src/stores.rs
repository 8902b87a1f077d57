//! The kinds of store there are, so that a test is written once and run on each.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use routier::{Result, Store, StoreBuilder};

use crate::plain::VecStorage;

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In memory, as users have it.
    Memory,
    /// In memory, with every read answered by the storage's plans.
    MemoryUntyped,
    /// Rows in a `Vec`, and answers that all come later.
    Vec,
}

impl Kind {
    /// Each of them.
    pub const ALL: &[Self] = &[Self::Memory, Self::MemoryUntyped, Self::Vec];

    /// An empty store of this kind.
    pub async fn open(self) -> Result<Store> {
        self.build(Store::builder()).await
    }

    /// An empty store of this kind, with these options.
    pub async fn build(self, builder: StoreBuilder) -> Result<Store> {
        match self {
            Self::Memory => Ok(builder.memory()),
            Self::MemoryUntyped => Ok(builder.untyped(true).memory()),
            Self::Vec => builder.storage(VecStorage::default()).await,
        }
    }
}

/// Runs a test on each kind of store, on all of them also when it fails on one, and names those on which it fails.
///
/// # Panics
///
/// When the test fails.
pub async fn on_each_kind(mut test: impl AsyncFnMut(Kind) -> Result<()>) {
    let mut failed = Vec::new();
    for &kind in Kind::ALL {
        match AssertUnwindSafe(test(kind)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => failed.push(format!("{kind:?}: {error}")),
            Err(_) => failed.push(format!("{kind:?}: it panicked, see above")),
        }
    }
    assert!(
        failed.is_empty(),
        "on {} of {} kinds of store:\n{}",
        failed.len(),
        Kind::ALL.len(),
        failed.join("\n")
    );
}

/// Runs a test on an empty store of each kind.
///
/// # Panics
///
/// When the test fails.
pub async fn on_each(mut test: impl AsyncFnMut(Store) -> Result<()>) {
    on_each_kind(async |kind| test(kind.open().await?).await).await;
}
