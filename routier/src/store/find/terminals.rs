//! The calls that carry a query out and give rows.

use crate::entity::AnyRow;
use crate::entity::{Entity, Versioned};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Analysis, Plan, Query};
use crate::storage::row_key;
use crate::store::find::Find;
use crate::store::view::{Scope, View};

impl<E: Entity, By: 'static> Find<E, By> {
    /// All of the rows, in order.
    ///
    /// Cost: by an index, so many rows as it gives; the rows are shared, not cloned. [`Find::explain`] tells.
    ///
    /// # Errors
    ///
    /// [`Invalid`](ErrorKind::Invalid) for a filter with NaN or nested deeper than 128 levels,
    /// [`Closed`](ErrorKind::Closed), and what the storage reports. So it is for all calls that carry a query out.
    pub async fn all(self) -> Result<Vec<Versioned<E>>> {
        match self.view.direct(&self.query)? {
            Some(rows) => Ok(rows),
            None => Ok(self.view.collect(self.query).await?.0),
        }
    }

    /// The first row in the order, if there is one.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn first(mut self) -> Result<Option<Versioned<E>>> {
        self.query.limit = Some(self.query.limit.map_or(1, |limit| limit.min(1)));
        Ok(self.view.rows(self.query).await?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) when there is none, [`NotUnique`](ErrorKind::NotUnique) when there are several;
    /// otherwise as for [`Find::all`].
    pub async fn one(mut self) -> Result<Versioned<E>> {
        self.query.limit = Some(self.query.limit.map_or(2, |limit| limit.min(2)));
        let collection = self.view.name();
        let mut rows = self.view.rows(self.query).await?;
        match (rows.pop(), rows.pop()) {
            (Some(row), None) => Ok(row),
            (None, _) => Err(Error::not_found(collection)),
            (Some(_), Some(_)) => Err(Error::new(ErrorKind::NotUnique, "").with_collection(collection)),
        }
    }

    /// How many rows there are.
    ///
    /// Cost: an external storage counts them itself where it can, and then none of them is decoded; otherwise as for
    /// [`Find::all`].
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn count(mut self) -> Result<u64> {
        if !self.is_whole() {
            return Ok(self.view.rows(self.query).await?.len() as u64);
        }
        self.query.unordered = true;
        self.view.count(self.query).await
    }

    /// Whether there is a row.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn exists(mut self) -> Result<bool> {
        let limit = self.query.limit.map_or(1, |limit| limit.min(1));
        if self.query.offset > 0 || limit == 0 {
            self.query.limit = Some(limit);
            return Ok(!self.view.rows(self.query).await?.is_empty());
        }
        self.query.limit = Some(1);
        self.query.unordered = true;
        let query = self.query.clone();
        let found = self.view.run(self.query).await?.next(1).await?.0.pop();
        if let Scope::Transaction(session) = &self.view.scope {
            let id = self.view.opened.id;
            match &found {
                Some(_) if query.filter.has_closure() => session.note_query(id, &query, None),
                None => session.note_query(id, &query, None),
                // as long as that row stays as it is, there is one; a staged row is the transaction's own
                Some(row) if row.version() != 0 => {
                    session.note_key(id, &row_key(&AnyRow::new(row.clone())), Some(row.version()));
                }
                Some(_) => {}
            }
        }
        Ok(found.is_some())
    }

    /// The keys of the rows, in order.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn keys(self) -> Result<Vec<E::Key>> {
        let rows = self.view.rows(self.query).await?;
        Ok(rows.iter().map(Versioned::key).collect())
    }

    /// How the query would be carried out: which index, which ranges, what is tested of each row. It reads no rows, but
    /// a few entries of the indexes that it chooses between.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn explain(self) -> Result<Plan> {
        Ok(Plan::clone(&*self.view.plan(self.query).await?))
    }

    /// Carries the query out, and says how, how many rows were looked at and how many came of it.
    ///
    /// # Errors
    ///
    /// As for [`Find::all`].
    pub async fn explain_analyze(self) -> Result<Analysis> {
        self.view.analyze(self.query).await
    }
}

impl<E: Entity> View<E> {
    /// Carries the query out, and says how.
    pub(crate) async fn analyze(&self, query: Query) -> Result<Analysis> {
        let view = self.pinned().await?;
        let plan = view.plan(query.clone()).await?;
        let (rows, examined) = view.collect(query).await?;
        let counts = view.opened.core.storage.capabilities().counts_examined;
        Ok(Analysis::new(plan, counts.then_some(examined), rows.len() as u64))
    }
}
