//! Pages, and the cursors between them.

use crate::entity::{AnyRow, Entity};
use crate::error::{Error, Result};
use crate::query::{Analysis, Cursor, Page, Query, fingerprint};
use crate::storage::position;
use crate::store::find::{Filtered, Find};
use crate::store::view::View;

impl<E: Entity> Find<E, Filtered> {
    /// What comes after a page: the query that gave the cursor, from there on.
    ///
    /// A cursor survives inserts and removals between pages: every row that was there throughout, with its order values
    /// unchanged, comes exactly once. Take the pages of one [`Snapshot`](crate::Snapshot) where that is too little.
    ///
    /// # Errors
    ///
    /// When the query is carried out, [`BadCursor`](crate::ErrorKind::BadCursor) for the cursor of another query: one
    /// with another filter or order.
    pub fn after(self, cursor: &Cursor) -> Paged<E> {
        Paged { find: self, cursor: Some(cursor.clone()) }
    }

    /// The first `size` rows in the order, and a cursor to the next ones. `limit` and `offset` are ignored.
    ///
    /// Cost: so many rows as the page has, at any depth, where an index gives the order.
    ///
    /// # Errors
    ///
    /// [`Invalid`](crate::ErrorKind::Invalid) for a page of no rows; otherwise as for [`Find::all`].
    pub async fn page(self, size: u64) -> Result<Page<E>> {
        Paged { find: self, cursor: None }.page(size).await
    }
}

/// A query that goes on after a cursor.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is carried out: end it with `.page(size).await`"]
pub struct Paged<E: Entity> {
    find: Find<E>,
    cursor: Option<Cursor>,
}

impl<E: Entity> Paged<E> {
    /// The next `size` rows, and a cursor to those after them.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](crate::ErrorKind::BadCursor) for the cursor of another query; otherwise as for [`Find::page`].
    pub async fn page(self, size: u64) -> Result<Page<E>> {
        let (view, query, fingerprint) = self.opened(size)?;
        let order = query.order.clone();
        let mut rows = view.rows(query).await?;
        let more = rows.len() as u64 > size;
        if more {
            rows.pop();
        }
        let last = rows.last().filter(|_| more);
        let next = last.map(|row| Cursor::new(fingerprint, &position(&AnyRow::new(row.clone()), &order)));
        Ok(Page::new(rows, next))
    }

    /// Takes the page, and says how, how many rows were looked at and how many came of it: one more than the page has,
    /// where there is a next one.
    ///
    /// # Errors
    ///
    /// As for [`Paged::page`].
    pub async fn explain_analyze(self, size: u64) -> Result<Analysis> {
        let (view, query, _) = self.opened(size)?;
        view.analyze(query).await
    }

    /// The query of the page, and its fingerprint.
    fn opened(self, size: u64) -> Result<(View<E>, Query, u64)> {
        let Find { view, mut query, .. } = self.find;
        let descriptor = E::DESCRIPTOR;
        if size == 0 {
            return Err(Error::invalid("a page has at least one row").with_collection(descriptor.collection));
        }
        let Some(fingerprint) = fingerprint(descriptor, &query.filter, &query.order) else {
            return Err(Error::bug("a query over declared fields has a closure"));
        };
        query.offset = 0;
        query.limit = Some(size.saturating_add(1));
        if let Some(cursor) = &self.cursor {
            query.after = Some(cursor.open(fingerprint, &query.order, descriptor)?);
        }
        Ok((view, query, fingerprint))
    }
}
