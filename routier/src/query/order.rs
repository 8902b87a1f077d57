//! Orders.

use std::fmt;
use std::marker::PhantomData;

/// One term of an order, as [`Field::asc`](crate::Field::asc) and [`Field::desc`](crate::Field::desc) make it.
pub struct Order<E> {
    pub(crate) term: OrderTerm,
    marker: PhantomData<fn() -> E>,
}

impl<E> Order<E> {
    pub(crate) fn new(field: u16, descending: bool) -> Self {
        Self { term: OrderTerm { field, descending }, marker: PhantomData }
    }
}

impl<E> Clone for Order<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Order<E> {}

impl<E> fmt::Debug for Order<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.term.fmt(f)
    }
}

/// One term of an order, without a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderTerm {
    /// The field.
    pub field: u16,
    /// From the greatest to the least.
    pub descending: bool,
}
