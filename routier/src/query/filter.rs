//! Filters: predicates that know their entity.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::query::predicate::Predicate;

/// A test of the rows of `E`, made by the operators of its fields and combined by `&`, `|` and `!`.
///
/// It is a value: it can be named, passed around and used again.
///
/// Cost: a few dozen bytes an operator; combining two of the same operator does not nest. More than 128 levels of
/// different operators are refused when the query runs.
#[must_use = "a filter does nothing until it is given to a query"]
pub struct Filter<E> {
    pub(crate) predicate: Predicate,
    marker: PhantomData<fn() -> E>,
}

impl<E> Filter<E> {
    pub(crate) fn new(predicate: Predicate) -> Self {
        Self { predicate, marker: PhantomData }
    }

    /// The filter that every row passes.
    pub fn all() -> Self {
        Self::new(Predicate::All)
    }

    /// The filter that no row passes.
    pub fn nothing() -> Self {
        Self::new(Predicate::Nothing)
    }
}

impl<E> Clone for Filter<E> {
    fn clone(&self) -> Self {
        Self::new(self.predicate.clone())
    }
}

impl<E> fmt::Debug for Filter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.predicate.fmt(f)
    }
}

impl<E> BitAnd for Filter<E> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self::new(self.predicate.and(other.predicate))
    }
}

impl<E> BitOr for Filter<E> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::new(self.predicate.or(other.predicate))
    }
}

impl<E> Not for Filter<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(self.predicate.negate())
    }
}
