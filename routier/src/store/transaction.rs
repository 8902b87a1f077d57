//! Transactions: a snapshot to read at, what is staged on top of it, and what was read.

mod begin;
mod free;
mod options;
mod rows;
mod staged;
mod statements;

pub(crate) use self::begin::begin;
pub use self::options::TransactionOptions;
pub(crate) use self::staged::{Change, Changes, Earlier, Session};

use std::fmt;

use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::storage::{Origin, Token, TransactionId};
use crate::store::collection::Collection;
use crate::store::view::{Scope, View};

/// A transaction: reads at one snapshot, writes staged until [`Transaction::commit`].
///
/// It is an owned, cheap handle; its clones are the same transaction. Dropped before `commit` was first polled, it is
/// rolled back. It sees its own writes; nobody else does before the commit, and then all of them at once.
///
/// A transaction that is open holds the history that its snapshot can see.
#[derive(Clone)]
pub struct Transaction {
    pub(crate) session: Arc<Session>,
}

impl Transaction {
    /// The collection of `E`, with the same calls as that of the store.
    ///
    /// # Errors
    ///
    /// As for [`Store::collection`](crate::Store::collection).
    pub async fn collection<E: Entity>(&self) -> Result<Collection<E>> {
        let opened = self.session.core.open::<E>(&self.session.origin).await?;
        let scope = Scope::Transaction(Arc::clone(&self.session));
        Ok(Collection::new(View::new(opened, scope)))
    }

    /// Makes all its writes visible and, where the storage is durable, durable; or none of them.
    ///
    /// Cost: that of the writes, and of checking what was read against what others committed since the snapshot.
    ///
    /// # Errors
    ///
    /// [`Conflict`](crate::ErrorKind::Conflict) when a row that it wrote or read has changed since,
    /// [`Duplicate`](crate::ErrorKind::Duplicate) when a key or a distinct value has been taken,
    /// [`Closed`](crate::ErrorKind::Closed) when it has ended already.
    pub async fn commit(self) -> Result<()> {
        self.session.commit().await
    }

    /// Undoes everything. The handles that its writes gave conflict from then on.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed) when it has ended already.
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback()
    }

    /// The name by which the outcome of a commit can be asked for.
    pub fn id(&self) -> TransactionId {
        self.session.id
    }

    /// Which run of its closure it is for, from 1: see [`Store::transaction`](crate::Store::transaction).
    pub fn run(&self) -> u32 {
        self.session.earlier.runs.saturating_add(1)
    }

    /// What the run before lost by; `None` in the first.
    pub fn lost(&self) -> Option<&Error> {
        self.session.earlier.lost.as_ref()
    }

    /// The place in the feed that it reads at.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed) when it has ended.
    pub fn token(&self) -> Result<Token> {
        let number = self.session.snapshot()?.number();
        Ok(self.session.core.token(number))
    }

    /// Who its commit will be by.
    pub fn origin(&self) -> &Origin {
        &self.session.origin
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transaction({})", self.session.id)
    }
}
