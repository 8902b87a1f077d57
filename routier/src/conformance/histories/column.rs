//! The columns of an entity: how what is asked of one by its number is asked of routier by its field.

use std::ops::Bound;
use std::pin::Pin;

use super::cell::{Cell, Native};
use super::rng::Rng;
use super::sheet::{Form, Shape};
use super::sum::Total;
use super::test::Operator;
use super::value::Value;
use crate::query::Declared;
use crate::store::{Filtered, Find, Scanned};
use crate::value::{Numeric, Single};
use crate::{Entity, Field, Filter, Order, Result};

pub(super) type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A query over declared fields, or over a closure.
pub(super) enum AnyFind<E: Entity> {
    Filtered(Find<E, Filtered>),
    Scanned(Find<E, Scanned>),
}

type Asking<E> = Box<dyn Fn(&Operator) -> Filter<E> + Send + Sync>;
type Ordering<E> = Box<dyn Fn(bool) -> Order<E> + Send + Sync>;
type Extreme<E> = Box<dyn Fn(AnyFind<E>, bool) -> Later<'static, Result<Option<Value>>> + Send + Sync>;
type Aggregate<E, T> = Box<dyn Fn(AnyFind<E>) -> Later<'static, Result<T>> + Send + Sync>;

/// A column, and its calls.
pub(super) struct Column<E: Entity> {
    pub(super) shape: Shape,
    pub(super) ask: Asking<E>,
    pub(super) order: Ordering<E>,
    pub(super) extreme: Extreme<E>,
    pub(super) sum: Aggregate<E, Total>,
    pub(super) average: Aggregate<E, Option<f64>>,
}

impl<E: Entity> Column<E> {
    fn new(
        name: &'static str,
        form: Form,
        any: fn(&mut Rng) -> Value,
        operand: fn(&mut Rng) -> Value,
    ) -> Self {
        let shape = Shape { name, form, any, operand, unit: 1.0, is_wide: false };
        Self {
            shape,
            ask: Box::new(move |operator| panic!("`{name}` is not asked for {operator:?}")),
            order: Box::new(move |_| panic!("`{name}` has no order")),
            extreme: Box::new(move |_, _| panic!("`{name}` has no order")),
            sum: Box::new(move |_| panic!("`{name}` is no number")),
            average: Box::new(move |_| panic!("`{name}` is no number")),
        }
    }

    /// With rows that have other values than those of the type.
    pub(super) fn drawn(mut self, any: fn(&mut Rng) -> Value) -> Self {
        self.shape.any = any;
        self
    }
}

fn any<T: Cell>(rng: &mut Rng) -> Value {
    T::any(rng).cell()
}

fn operand<T: Native>(rng: &mut Rng) -> Value {
    T::operand(rng).cell()
}

/// One that is not declared for querying.
pub(super) fn hidden<E: Entity, K>(name: &'static str, _field: Field<E, K>) -> Column<E> {
    Column::new(name, Form::Hidden, any::<String>, any::<String>)
}

/// One that is compared and ordered.
pub(super) fn plain<E, K, F, T>(name: &'static str, field: Field<E, K>) -> Column<E>
where
    E: Entity,
    K: Declared<E, Type = F> + 'static,
    F: Single<Of = T> + Cell,
    T: Native,
{
    Column {
        ask: Box::new(move |operator| single(field, operator)),
        order: Box::new(move |descending| if descending { field.desc() } else { field.asc() }),
        extreme: Box::new(move |find, greatest| match find {
            AnyFind::Filtered(find) => extreme(find, field, greatest),
            AnyFind::Scanned(find) => extreme(find, field, greatest),
        }),
        ..Column::new(name, Form::Plain, any::<F>, operand::<T>)
    }
}

/// A text.
pub(super) fn text<E, K, F>(name: &'static str, field: Field<E, K>) -> Column<E>
where
    E: Entity,
    K: Declared<E, Type = F> + 'static,
    F: Single<Of = String> + Cell,
{
    let mut column = plain(name, field);
    column.shape.form = Form::Text;
    column.ask = Box::new(move |operator| match operator {
        Operator::StartsWith(prefix) => field.starts_with(prefix),
        operator => single(field, operator),
    });
    column
}

/// A number.
pub(super) fn number<E, K, F, T>(name: &'static str, field: Field<E, K>) -> Column<E>
where
    E: Entity,
    K: Declared<E, Type = F> + 'static,
    F: Single<Of = T> + Cell,
    T: Native + Numeric<Sum: Into<Total>>,
{
    let mut column = plain(name, field);
    column.shape.form = Form::Number;
    column.shape.unit = T::UNIT;
    column.shape.is_wide = T::IS_WIDE;
    column.sum = Box::new(move |find| match find {
        AnyFind::Filtered(find) => Box::pin(async move { Ok(find.sum(|_| field).await?.into()) }),
        AnyFind::Scanned(find) => Box::pin(async move { Ok(find.sum(|_| field).await?.into()) }),
    });
    column.average = Box::new(move |find| match find {
        AnyFind::Filtered(find) => Box::pin(async move { find.avg(|_| field).await }),
        AnyFind::Scanned(find) => Box::pin(async move { find.avg(|_| field).await }),
    });
    column
}

/// A list.
pub(super) fn list<E, K, T>(name: &'static str, field: Field<E, K>) -> Column<E>
where
    E: Entity,
    K: Declared<E, Type = Vec<T>> + 'static,
    T: Native,
{
    Column {
        ask: Box::new(move |operator| match operator {
            Operator::Contains(value) => field.contains(T::of(value)),
            Operator::ContainsAny(values) => field.contains_any(values.iter().map(T::of)),
            Operator::IsEmpty => field.is_empty(),
            other => panic!("a list is not asked for {other:?}"),
        }),
        ..Column::new(name, Form::List, any::<Vec<T>>, operand::<T>)
    }
}

fn single<E, K, T>(field: Field<E, K>, operator: &Operator) -> Filter<E>
where
    E: Entity,
    K: Declared<E, Type: Single<Of = T>>,
    T: Native,
{
    let of = T::of;
    match operator {
        Operator::Eq(value) => field.eq(of(value)),
        Operator::Ne(value) => field.ne(of(value)),
        Operator::Lt(value) => field.lt(of(value)),
        Operator::Le(value) => field.le(of(value)),
        Operator::Gt(value) => field.gt(of(value)),
        Operator::Ge(value) => field.ge(of(value)),
        Operator::Between(low, high) => {
            let bound = |bound: &Bound<Value>| bound.as_ref().map(of);
            field.between((bound(low), bound(high)))
        }
        Operator::OneOf(values) => field.one_of(values.iter().map(of)),
        Operator::IsNone => field.is_none(),
        Operator::IsSome => field.is_some(),
        other => panic!("a single value is not asked for {other:?}"),
    }
}

fn extreme<E, By, K, T>(
    find: Find<E, By>,
    field: Field<E, K>,
    greatest: bool,
) -> Later<'static, Result<Option<Value>>>
where
    E: Entity,
    By: 'static,
    K: Declared<E, Type: Single<Of = T>> + 'static,
    T: Native,
{
    Box::pin(async move {
        let found = if greatest { find.max(|_| field).await? } else { find.min(|_| field).await? };
        Ok(found.map(|value| value.cell()))
    })
}
