//! Orders.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use smallvec::SmallVec;

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

/// The terms of an order, the first one first. A few of them take no allocation.
#[derive(Clone, Debug, Default)]
pub struct Terms(SmallVec<[OrderTerm; 4]>);

impl Terms {
    /// An order of one term.
    pub fn one(term: OrderTerm) -> Self {
        let mut terms = Self::default();
        terms.push(term);
        terms
    }

    /// Appends a term, which counts where all before it are equal.
    pub fn push(&mut self, term: OrderTerm) {
        self.0.push(term);
    }
}

impl Deref for Terms {
    type Target = [OrderTerm];

    fn deref(&self) -> &[OrderTerm] {
        &self.0
    }
}

impl FromIterator<OrderTerm> for Terms {
    fn from_iter<I: IntoIterator<Item = OrderTerm>>(terms: I) -> Self {
        Self(terms.into_iter().collect())
    }
}
