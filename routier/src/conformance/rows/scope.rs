//! A clause about a store holds within a transaction, too: where it is looked at.

use std::fmt;

use crate::conformance::Subject;
use crate::{Collection, Entity, Isolation, Result, Store, StoreBuilder, Transaction, TransactionOptions};

/// An empty store, or a transaction on one.
pub(super) struct Scope {
    store: Store,
    transaction: Option<Transaction>,
}

impl Scope {
    /// Both: an empty store, and a transaction on another.
    pub(super) async fn each(subject: &Subject) -> Result<[Self; 2]> {
        Self::each_of(subject, Store::builder()).await
    }

    /// Both, of stores with these options.
    pub(super) async fn each_of(subject: &Subject, builder: StoreBuilder) -> Result<[Self; 2]> {
        let alone = Self { store: subject.build(builder.clone()).await?, transaction: None };
        let store = subject.build(builder).await?;
        let transaction = Some(begin(&store).await?);
        Ok([alone, Self { store, transaction }])
    }

    /// A collection in this scope.
    pub(super) async fn collection<E: Entity>(&self) -> Result<Collection<E>> {
        match &self.transaction {
            Some(transaction) => transaction.collection().await,
            None => self.store.collection().await,
        }
    }

    /// Whether queries can update and remove here.
    pub(super) fn writes_by_query(&self) -> bool {
        self.transaction.is_some() || writes_by_query(&self.store)
    }

    /// Commits the transaction, if there is one: whatever was refused before, the rest goes through.
    pub(super) async fn end(self) -> Result<Store> {
        if let Some(transaction) = self.transaction {
            transaction.commit().await?;
        }
        Ok(self.store)
    }
}

/// Begins a transaction as strong as the storage has them.
pub(super) async fn begin(store: &Store) -> Result<Transaction> {
    store.begin_with(TransactionOptions::new().isolation(store.capabilities().isolation)).await
}

/// Whether a query can update and remove outside of a transaction: that is a serializable one of its own.
pub(super) fn writes_by_query(store: &Store) -> bool {
    store.capabilities().isolation >= Isolation::Serializable
}

/// Removes every row.
pub(super) async fn clear<E: Entity>(rows: &Collection<E>) -> Result<()> {
    for key in rows.query().keys().await? {
        rows.remove_key(&key).await?;
    }
    Ok(())
}

/// For messages.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.transaction.is_some() { "in a transaction" } else { "in a store" })
    }
}
