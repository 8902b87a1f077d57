//! Pages, and the cursors between them.

use crate::entity::{AnyRow, Entity};
use crate::error::{Error, Result};
use crate::query::{Analysis, Cursor, Page};
use crate::storage::position;
use crate::store::find::{Filtered, Find};

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
    pub async fn page(mut self, size: u64) -> Result<Page<E>> {
        let fingerprint = self.open(size)?;
        let Find { view, query, .. } = &self.find;
        let mut rows = match view.direct(query)? {
            Some(rows) => rows,
            None => view.collect(query.clone()).await?.0,
        };
        let more = rows.len() as u64 > size;
        if more {
            rows.pop();
        }
        let last = rows.last().filter(|_| more);
        let next =
            last.map(|row| Cursor::new(fingerprint, position(&AnyRow::new(row.clone()), &query.order)));
        Ok(Page::new(rows, next))
    }

    /// Takes the page, and says how, how many rows were looked at and how many came of it: one more than the page has,
    /// where there is a next one.
    ///
    /// # Errors
    ///
    /// As for [`Paged::page`].
    pub async fn explain_analyze(mut self, size: u64) -> Result<Analysis> {
        self.open(size)?;
        self.find.view.analyze(self.find.query).await
    }

    /// Makes the query that of the page. Gives its fingerprint.
    fn open(&mut self, size: u64) -> Result<u64> {
        let Find { view, query, .. } = &mut self.find;
        if size == 0 {
            return Err(Error::invalid("a page has at least one row").with_collection(view.name()));
        }
        let fingerprints = &view.opened.fingerprints;
        let Some(fingerprint) = fingerprints.of(E::DESCRIPTOR, &query.filter, &query.order) else {
            return Err(Error::bug("a query over declared fields has a closure"));
        };
        query.offset = 0;
        query.limit = Some(size.saturating_add(1));
        if let Some(cursor) = &self.cursor {
            query.after = Some(cursor.open(fingerprint, &query.order, E::DESCRIPTOR)?);
        }
        Ok(fingerprint)
    }
}
