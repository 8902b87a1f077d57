//! What users touch: the store, its collections, queries, transactions, snapshots and feeds.

mod builder;
mod check;
mod collection;
mod core;
mod decided;
mod find;
mod follow;
mod fork;
mod identities;
mod outcome;
mod put;
mod read;
mod retry;
mod run;
mod snapshot;
mod trace;
mod transaction;
mod turns;
mod view;
mod work;

pub use self::builder::StoreBuilder;
#[cfg(feature = "sqlite")]
pub(crate) use self::check::{text_of, values_text};
pub use self::collection::Collection;
pub use self::decided::CommitOutcome;
pub use self::find::{Filtered, Find, Paged, RowStream, Scanned};
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) use self::identities::identity_of;
pub use self::outcome::Outcome;
pub use self::read::Read;
pub use self::snapshot::Snapshot;
pub use self::transaction::{Transaction, TransactionOptions};
pub use self::view::View;
pub use self::work::Work;

use std::fmt;

use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::feed::{Commit, Feed};
use crate::storage::{Answer, Capabilities, Origin, Stats, Token, TransactionId};
use crate::store::core::Core;
use crate::store::transaction::Earlier;
use crate::store::view::Scope;

/// A store: collections that share transactions, snapshots and one change feed.
///
/// It is cheap to clone; clones are the same store and one [`Origin`]. When the last clone is dropped the store closes,
/// as by [`Store::close`]: keep one as long as its collections are used.
///
/// ```
/// # use routier::{Entity, Store};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Entity, Clone, Serialize, Deserialize)]
/// struct Player {
///     #[key]
///     name: String,
///     #[index]
///     score: u32,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
/// let store = Store::memory();
/// let players = store.collection::<Player>().await?;
/// players.insert(Player { name: "ada".to_owned(), score: 3 }).await?;
/// assert_eq!(players.filter(|p| p.score.ge(3)).count().await?, 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Store {
    core: Arc<Core>,
    origin: Origin,
    /// Closes the store with its last clone.
    _guard: Arc<Guard>,
}

struct Guard(Arc<Core>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.shut();
        if !self.0.hub.is_closed() {
            // what is pending ends by itself, and the feeds after it
            match self.0.storage.close() {
                Answer::Ready(_) => self.0.hub.close(),
                Answer::Later(end) => self.0.hub.close_after(Box::pin(async { drop(end.await) })),
            }
        }
    }
}

impl Store {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let origin = Origin::named(&core.env.ids.uuid().to_string());
        let guard = Arc::new(Guard(Arc::clone(&core)));
        Self { core, origin, _guard: guard }
    }

    /// A store in memory, with the machine's clock and ids.
    pub fn memory() -> Self {
        Self::builder().memory()
    }

    /// A store with options.
    pub fn builder() -> StoreBuilder {
        StoreBuilder::new()
    }

    /// Opens the collection of `E`. Asking again gives the same one, at the cost of a look-up.
    ///
    /// # Errors
    ///
    /// [`Schema`](crate::ErrorKind::Schema) when the name is open with another type, or stored rows do not fit;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a transient entity on a durable storage;
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    pub async fn collection<E: Entity>(&self) -> Result<Collection<E>> {
        let opened = self.core.open::<E>(&self.origin).await?;
        Ok(Collection::new(View::new(opened, Scope::Store)))
    }

    /// Begins a transaction that the caller commits: see [`Store::transaction`] for one that is run again on conflicts.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    pub async fn begin(&self) -> Result<Transaction> {
        self.begin_with(TransactionOptions::new()).await
    }

    /// Begins a transaction with options; number of runs and timeout do not matter to it.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for an isolation that the storage does not offer; otherwise as for
    /// [`Store::begin`].
    pub async fn begin_with(&self, options: TransactionOptions) -> Result<Transaction> {
        transaction::begin(&self.core, self.origin.clone(), options, Earlier::default()).await
    }

    /// A consistent view of every collection that does not move: reads only. It holds the history that it can see until
    /// it is dropped.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.core.check_open()?;
        let snapshot = self.core.storage.snapshot().await?;
        Ok(Snapshot::new(Arc::clone(&self.core), snapshot, self.origin.clone()))
    }

    /// The changes of every collection from now on, one item a commit.
    ///
    /// The subscription exists when the call returns: nothing committed after that is missed, polled or not.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    pub async fn changes(&self) -> Result<Feed<Commit>> {
        self.core.check_open()?;
        self.core.commits(None, &self.origin).await
    }

    /// The changes of every collection after a token, one item a commit.
    ///
    /// Open the collections first: what an earlier opening of the store committed can be read only with their types. A
    /// commit with others is an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) and the last item, before
    /// which [`Feed::token`] stays.
    ///
    /// # Errors
    ///
    /// [`TokenExpired`](crate::ErrorKind::TokenExpired) when the history no longer reaches back so far,
    /// [`TokenForeign`](crate::ErrorKind::TokenForeign) for a token of another store; otherwise as for
    /// [`Store::changes`].
    pub async fn changes_after(&self, token: Token) -> Result<Feed<Commit>> {
        self.core.check_open()?;
        self.core.commits(Some(token), &self.origin).await
    }

    /// What became of a transaction, where its commit was lost sight of: the call was dropped, it failed with
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) or [`Poisoned`](crate::ErrorKind::Poisoned) and the store was
    /// opened again, or the program ended and another has its [`Transaction::id`].
    ///
    /// Commits that were begun before the call are waited for. What another process is about to commit just now is not
    /// known.
    ///
    /// Cost: it reads the history from where the transaction began.
    ///
    /// # Errors
    ///
    /// [`Poisoned`](crate::ErrorKind::Poisoned) while nobody can tell, [`Closed`](crate::ErrorKind::Closed), and what the
    /// storage reports.
    ///
    /// ```
    /// use routier::{CommitOutcome, Entity, Store};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    /// struct Player { #[key] name: String, score: u32 }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// let store = Store::memory();
    /// let tx = store.begin().await?;
    /// let id = tx.id();
    /// tx.collection::<Player>().await?.insert(Player { name: "ada".to_owned(), score: 3 }).await?;
    /// assert_eq!(store.outcome(id).await?, CommitOutcome::NotCommitted);
    /// tx.commit().await?;
    /// assert!(matches!(store.outcome(id).await?, CommitOutcome::Committed(_)));
    /// # Ok(()) }
    /// ```
    pub async fn outcome(&self, id: TransactionId) -> Result<CommitOutcome> {
        self.core.outcome(id).await
    }

    /// The place in the feed up to which everything is visible now.
    pub fn token(&self) -> Token {
        self.core.token(self.core.storage.visible())
    }

    /// The same store as another origin: its changes can be told from those of other parts of a program, and
    /// `without_own()` leaves them out of its own feeds.
    #[must_use]
    pub fn as_origin(&self, name: &str) -> Self {
        Self { origin: Origin::named(name), ..self.clone() }
    }

    /// Who this store's commits are by.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the storage can do.
    pub fn capabilities(&self) -> &Capabilities {
        self.core.storage.capabilities()
    }

    /// Figures: rows, old versions, snapshots, history.
    pub fn stats(&self) -> Stats {
        self.core.storage.stats()
    }

    /// Whether a commit could be made now, for those who watch over a service. In files it syncs the log; in a database it
    /// takes the lock for writing, and lets go of it.
    ///
    /// # Errors
    ///
    /// What a commit would meet: [`Closed`](crate::ErrorKind::Closed), [`Poisoned`](crate::ErrorKind::Poisoned),
    /// [`Locked`](crate::ErrorKind::Locked), [`Io`](crate::ErrorKind::Io).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// let store = routier::Store::memory();
    /// store.health().await?;
    /// store.close().await?;
    /// assert_eq!(store.health().await.unwrap_err().kind(), routier::ErrorKind::Closed);
    /// # Ok(()) }
    /// ```
    pub async fn health(&self) -> Result<()> {
        self.core.check_open()?;
        self.core.storage.health().await
    }

    /// Closes the store for all its clones: new work is refused, open transactions are rolled back, pending commits end,
    /// feeds end after the last of them. Closing again does nothing, or goes on with a call that was dropped.
    ///
    /// # Errors
    ///
    /// What the storage reports.
    pub async fn close(&self) -> Result<()> {
        self.core.shut();
        if self.core.hub.is_closed() {
            return Ok(());
        }
        let outcome = self.core.storage.close().await;
        self.core.hub.close();
        outcome
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({:?})", self.core)
    }
}
