//! Pages.

use std::fmt;

use crate::entity::Versioned;
use crate::query::cursor::Cursor;

/// Some rows of a query, and where the next ones begin.
pub struct Page<E> {
    items: Vec<Versioned<E>>,
    next: Option<Cursor>,
}

impl<E> Page<E> {
    pub(crate) fn new(items: Vec<Versioned<E>>, next: Option<Cursor>) -> Self {
        Self { items, next }
    }

    /// The rows, in the query's order.
    pub fn items(&self) -> &[Versioned<E>] {
        &self.items
    }

    /// The rows, owned.
    pub fn into_items(self) -> Vec<Versioned<E>> {
        self.items
    }

    /// The cursor of the next page; `None` when there was no further row.
    pub fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }
}

impl<E: fmt::Debug> fmt::Debug for Page<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("items", &self.items).field("next", &self.next).finish()
    }
}
