//! Queries as users write them: what to find, and the calls that carry it out.

mod aggregate;
mod overlay;
mod pages;
mod source;
mod stream;
mod sum;
mod terminals;
mod writes;

pub use self::pages::Paged;
pub use self::stream::RowStream;

use std::fmt;
use std::marker::PhantomData;

use crate::entity::Entity;
use crate::query::{Filter, Order, Predicate, Query, Terms};
use crate::store::view::View;

/// A query that has not been carried out: filter, then order, then offset, then limit, in whatever order the calls
/// are made. Two filters must both hold; the last `order_by`, `offset` and `limit` counts; `then_by` appends.
///
/// Nothing happens before one of the last calls (`all`, `first`, `count`, ...) is awaited, and each of them sees one
/// snapshot. It is a value: it can be cloned and used again.
///
/// `By` says whether it came from [`View::filter`] and [`View::query`], or from [`View::scan`], whose closure no cursor
/// and no live query can hold.
#[must_use = "a query does nothing until it is carried out: end it with `.all().await` or the like"]
pub struct Find<E: Entity, By = Filtered> {
    pub(crate) view: View<E>,
    pub(crate) query: Query,
    marker: PhantomData<fn() -> By>,
}

/// The mark of a query over declared fields.
#[derive(Debug)]
pub enum Filtered {}

/// The mark of a query with a closure of the user's.
#[derive(Debug)]
pub enum Scanned {}

impl<E: Entity, By> Find<E, By> {
    #[inline]
    pub(crate) fn new(view: View<E>, filter: Predicate) -> Self {
        let order = Terms::default();
        // Not those of a default query, whose filter would have to be dropped.
        let query = Query { filter, order, offset: 0, limit: None, after: None, unordered: false };
        Self { view, query, marker: PhantomData }
    }

    /// Only rows that pass this filter as well.
    #[inline]
    pub fn filter(mut self, filter: impl FnOnce(E::Fields) -> Filter<E>) -> Self {
        let filter = filter(E::fields()).predicate;
        self.query.filter = std::mem::take(&mut self.query.filter).and(filter);
        self
    }

    /// In this order, in place of an earlier one. Ties are ordered by key, in the direction of the last term. Without
    /// an order, rows come by key.
    #[inline]
    pub fn order_by(mut self, order: impl FnOnce(E::Fields) -> Order<E>) -> Self {
        self.query.order = Terms::one(order(E::fields()).term);
        self
    }

    /// And where those are equal, in this order.
    pub fn then_by(mut self, order: impl FnOnce(E::Fields) -> Order<E>) -> Self {
        self.query.order.push(order(E::fields()).term);
        self
    }

    /// Without the first `rows`. An offset past the end gives nothing.
    pub fn offset(mut self, rows: u64) -> Self {
        self.query.offset = rows;
        self
    }

    /// At most so many rows. 0 gives nothing.
    #[inline]
    pub fn limit(mut self, rows: u64) -> Self {
        self.query.limit = Some(rows);
        self
    }

    /// How many rows the call takes, at most.
    fn is_whole(&self) -> bool {
        self.query.offset == 0 && self.query.limit.is_none()
    }
}

impl<E: Entity, By> Clone for Find<E, By> {
    fn clone(&self) -> Self {
        Self { view: self.view.clone(), query: self.query.clone(), marker: PhantomData }
    }
}

impl<E: Entity, By> fmt::Debug for Find<E, By> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Find").field("collection", &self.view.name()).field("query", &self.query).finish()
    }
}
