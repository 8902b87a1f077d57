//! The kinds of store there are, so that a test is written once and run on each.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use routier::{Clock, FileStorage, Result, SqliteStorage, Store, StoreBuilder};

use crate::plain::VecStorage;
use crate::simfs::SimFs;

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In memory, as users have it.
    Memory,
    /// In memory, with every read answered by the storage's plans.
    MemoryUntyped,
    /// Rows in a `Vec`, and answers that all come later.
    Vec,
    /// In files, on a disk that is simulated.
    File,
    /// In an SQLite database, a temporary one.
    Sqlite,
}

impl Kind {
    /// Each of them.
    pub const ALL: &[Self] = &[Self::Memory, Self::MemoryUntyped, Self::Vec];

    /// Those that the contract is held against, clause by clause.
    pub const UNDER_CONTRACT: &[Self] =
        &[Self::Memory, Self::MemoryUntyped, Self::Vec, Self::File, Self::Sqlite];

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
            Self::File => {
                let files = FileStorage::builder("/data").vfs(SimFs::default()).compact_after(200_000);
                builder.storage(files.open().await?).await
            }
            Self::Sqlite => builder.storage(SqliteStorage::temporary().open().await?).await,
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

/// A clock that stands still, so that no test waits: sleeps of up to this length are over at the second poll, longer
/// ones never.
#[derive(Clone, Copy, Debug)]
pub struct Hasty(pub Duration);

impl Default for Hasty {
    /// The pauses between runs are over at once, what would take longer never comes.
    fn default() -> Self {
        Self(Duration::from_millis(50))
    }
}

impl Clock for Hasty {
    fn now(&self) -> Duration {
        Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if duration <= self.0 { Box::pin(Yield::default()) } else { Box::pin(std::future::pending()) }
    }
}

/// Comes at the second poll.
#[derive(Debug, Default)]
pub struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
