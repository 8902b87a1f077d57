//! The handles that a filter's closure gets, and their operators.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

use crate::env::sync::Arc;
use crate::query::filter::Filter;
use crate::query::order::Order;
use crate::query::predicate::Predicate;
use crate::value::{Datum, Multi, Operand, Single, Value};

/// The handle of a field of `E`: two bytes. `K` says what the field is declared as.
pub struct Field<E, K> {
    number: u16,
    marker: PhantomData<fn() -> (E, K)>,
}

/// What an indexed field, or another that may stand in filters and orders, is declared as.
#[derive(Debug)]
pub enum Indexed<T> {
    #[doc(hidden)]
    Never(std::convert::Infallible, PhantomData<fn() -> T>),
}

/// What a distinct field is declared as.
#[derive(Debug)]
pub enum Distinct<T> {
    #[doc(hidden)]
    Never(std::convert::Infallible, PhantomData<fn() -> T>),
}

/// What the only key field is declared as.
#[derive(Debug)]
pub enum PrimaryKey<T> {
    #[doc(hidden)]
    Never(std::convert::Infallible, PhantomData<fn() -> T>),
}

/// Says that a field of `E` is declared for querying, and its type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{E}` is not declared for querying",
    label = "add `#[index]` to this field of `{E}`, or test it with `.scan(|row: &{E}| ...)`"
)]
pub trait Declared<E> {
    /// The field's type.
    type Type;
}

#[diagnostic::do_not_recommend]
impl<E, T> Declared<E> for Indexed<T> {
    type Type = T;
}

#[diagnostic::do_not_recommend]
impl<E, T> Declared<E> for Distinct<T> {
    type Type = T;
}

#[diagnostic::do_not_recommend]
impl<E, T> Declared<E> for PrimaryKey<T> {
    type Type = T;
}

/// The type of a field without its `Option`.
type Of<K, E> = <<K as Declared<E>>::Type as Single>::Of;
/// The type of a list's elements.
type Element<K, E> = <<K as Declared<E>>::Type as Multi>::Of;

impl<E, K> Field<E, K> {
    /// The handle of the field with this number, for generated code.
    #[doc(hidden)]
    pub const fn numbered(number: u16) -> Self {
        Self { number, marker: PhantomData }
    }

    /// The field's place in the struct, from 0.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// Equal to `value`. Never true of `None`.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn eq<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        Filter::new(Predicate::Equal { field: self.number, value: value.operand() })
    }

    /// Not equal to `value`: the opposite of [`Field::eq`], so that `None` passes.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn ne<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        !self.eq(value)
    }

    /// Less than `value`. Never true of `None`.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn lt<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        self.within(Bound::Unbounded, Bound::Excluded(value.operand()))
    }

    /// Less than `value` or equal to it. Never true of `None`.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn le<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        self.within(Bound::Unbounded, Bound::Included(value.operand()))
    }

    /// Greater than `value`. Never true of `None`.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn gt<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        self.within(Bound::Excluded(value.operand()), Bound::Unbounded)
    }

    /// Greater than `value` or equal to it. Never true of `None`.
    #[allow(clippy::should_implement_trait, reason = "it gives a filter, not a `bool`")]
    pub fn ge<V: Operand<Of<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        self.within(Bound::Included(value.operand()), Bound::Unbounded)
    }

    /// Within a range: `5..10`, `5..=10`, `..10`, `5..`, or a pair of bounds. Never true of `None`; an empty range is
    /// true of nothing.
    pub fn between<V, R>(self, range: R) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
        R: RangeBounds<V>,
        V: Clone + Operand<Of<K, E>>,
    {
        let bound = |bound: Bound<&V>| bound.cloned().map(Operand::operand);
        self.within(bound(range.start_bound()), bound(range.end_bound()))
    }

    /// Equal to one of the values. Never true of `None`; of no values it is true of nothing.
    pub fn one_of<I: IntoIterator<Item: Operand<Of<K, E>>>>(self, values: I) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
    {
        let values = sorted(values.into_iter().map(Operand::operand));
        Filter::new(Predicate::OneOf { field: self.number, values })
    }

    /// Without a value.
    pub fn is_none(self) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
        Of<K, E>: Value,
    {
        Filter::new(Predicate::Absent { field: self.number })
    }

    /// With a value.
    pub fn is_some(self) -> Filter<E>
    where
        K: Declared<E, Type: Single>,
        Of<K, E>: Value,
    {
        !self.is_none()
    }

    /// Text that begins with `prefix`, byte for byte. Never true of `None`.
    pub fn starts_with<V>(self, prefix: V) -> Filter<E>
    where
        K: Declared<E, Type: Single<Of = String>>,
        V: AsRef<str>,
    {
        Filter::new(Predicate::StartsWith { field: self.number, prefix: prefix.as_ref().into() })
    }

    /// A list with this element.
    pub fn contains<V: Operand<Element<K, E>>>(self, value: V) -> Filter<E>
    where
        K: Declared<E, Type: Multi>,
    {
        Filter::new(Predicate::Contains { field: self.number, values: Arc::new([value.operand()]) })
    }

    /// A list with at least one of these elements.
    pub fn contains_any<I: IntoIterator<Item: Operand<Element<K, E>>>>(self, values: I) -> Filter<E>
    where
        K: Declared<E, Type: Multi>,
    {
        let values = sorted(values.into_iter().map(Operand::operand));
        Filter::new(Predicate::Contains { field: self.number, values })
    }

    /// A list without elements.
    pub fn is_empty(self) -> Filter<E>
    where
        K: Declared<E, Type: Multi>,
    {
        Filter::new(Predicate::Empty { field: self.number })
    }

    /// From the least to the greatest, `None` first.
    pub fn asc(self) -> Order<E>
    where
        K: Declared<E, Type: Single>,
        Of<K, E>: Value,
    {
        Order::new(self.number, false)
    }

    /// From the greatest to the least, `None` last.
    pub fn desc(self) -> Order<E>
    where
        K: Declared<E, Type: Single>,
        Of<K, E>: Value,
    {
        Order::new(self.number, true)
    }

    fn within(self, low: Bound<Datum>, high: Bound<Datum>) -> Filter<E> {
        Filter::new(Predicate::Within { field: self.number, low, high })
    }
}

fn sorted(values: impl Iterator<Item = Datum>) -> Arc<[Datum]> {
    let mut values: Vec<Datum> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.into()
}

impl<E, K> Clone for Field<E, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, K> Copy for Field<E, K> {}

impl<E, K> fmt::Debug for Field<E, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.number)
    }
}
