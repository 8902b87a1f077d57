//! How the queries of the model are asked of routier.

use std::ops::Bound;
use std::pin::Pin;

use routier::query::Declared;
use routier::value::{Numeric, Single};
use routier::{Entity, Field, Filter, Find, Key, Order, Result};
use routier_tests::model::{Operator, Query, Real, Row, Test, Value};

use crate::rng::Rng;

/// What can be asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    Text,
    Number,
    List,
}

/// An entity that is also a row of the model.
pub(crate) trait Asked: Entity<Key = <Self as Row>::Key> + Row<Key: Key> + Unpin {
    /// The declared fields, by number.
    const SHAPES: &'static [Shape];

    /// Some row, with one of few keys.
    fn any(rng: &mut Rng) -> Self;
    /// A value that a field, or an element of it, may have.
    fn operand(field: usize, rng: &mut Rng) -> Value;
    /// Changes a row, its key and distinct values aside.
    fn vary(&mut self, by: u64);
    /// Takes away what other rows might have.
    fn forget_distinct(&mut self);

    fn ask(fields: Self::Fields, field: usize, operator: &Operator) -> Filter<Self>;
    fn order(fields: Self::Fields, field: usize, descending: bool) -> Order<Self>;
    fn extreme<By: 'static>(find: Find<Self, By>, field: usize, greatest: bool) -> Later<Option<Value>>;
    fn total<By: 'static>(find: Find<Self, By>, field: usize) -> Later<Total>;
    fn average<By: 'static>(find: Find<Self, By>, field: usize) -> Later<Option<f64>>;
}

pub(crate) type Later<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Total {
    Whole(i128),
    Real(f64),
}

impl From<i128> for Total {
    fn from(sum: i128) -> Self {
        Self::Whole(sum)
    }
}

impl From<u128> for Total {
    fn from(sum: u128) -> Self {
        Self::Whole(sum.try_into().unwrap())
    }
}

impl From<f64> for Total {
    fn from(sum: f64) -> Self {
        Self::Real(sum)
    }
}

/// A type of a field, and how the model says it.
pub(crate) trait Native: routier::Value {
    fn native(value: &Value) -> Self;
    fn model(self) -> Value;
}

macro_rules! native {
    ($($type:ty: $variant:pat => $native:expr, $self:ident => $model:expr;)*) => {$(
        impl Native for $type {
            fn native(value: &Value) -> Self {
                match value {
                    $variant => $native,
                    other => unreachable!("{other:?}"),
                }
            }
            fn model($self) -> Value {
                $model
            }
        }
    )*};
}

native! {
    bool: Value::Bool(value) => *value, self => Value::Bool(self);
    u8: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    u16: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    u32: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    u64: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    i32: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    i64: Value::Int(value) => (*value).try_into().unwrap(), self => Value::Int(self.into());
    f64: Value::Real(value) => value.0, self => Value::Real(Real(self));
    String: Value::Text(value) => value.clone(), self => Value::Text(self);
}

pub(crate) fn optional<T: Native>(value: Option<T>) -> Value {
    value.map_or(Value::None, Native::model)
}

pub(crate) fn single<E, K, T>(field: Field<E, K>, operator: &Operator) -> Filter<E>
where
    E: Entity,
    K: Declared<E, Type: Single<Of = T>>,
    T: Native,
{
    let of = T::native;
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
        other => unreachable!("{other:?}"),
    }
}

pub(crate) fn text<E, K>(field: Field<E, K>, operator: &Operator) -> Filter<E>
where
    E: Entity,
    K: Declared<E, Type: Single<Of = String>>,
{
    match operator {
        Operator::StartsWith(prefix) => field.starts_with(prefix),
        operator => single(field, operator),
    }
}

pub(crate) fn list<E, K, T>(field: Field<E, K>, operator: &Operator) -> Filter<E>
where
    E: Entity,
    K: Declared<E, Type = Vec<T>>,
    T: Native,
{
    match operator {
        Operator::Contains(value) => field.contains(T::native(value)),
        Operator::ContainsAny(values) => field.contains_any(values.iter().map(T::native)),
        Operator::IsEmpty => field.is_empty(),
        other => unreachable!("{other:?}"),
    }
}

pub(crate) fn extreme<E, By, K, T>(
    find: Find<E, By>,
    field: Field<E, K>,
    greatest: bool,
) -> Later<Option<Value>>
where
    E: Entity,
    By: 'static,
    K: Declared<E, Type: Single<Of = T>> + 'static,
    T: Native,
{
    Box::pin(async move {
        let found = if greatest { find.max(|_| field).await? } else { find.min(|_| field).await? };
        Ok(found.map(Native::model))
    })
}

pub(crate) fn total<E, By, K>(find: Find<E, By>, field: Field<E, K>) -> Later<Total>
where
    E: Entity,
    By: 'static,
    K: Declared<E, Type: Single<Of: Numeric<Sum: Into<Total>>>> + 'static,
{
    Box::pin(async move { Ok(find.sum(|_| field).await?.into()) })
}

pub(crate) fn average<E, By, K>(find: Find<E, By>, field: Field<E, K>) -> Later<Option<f64>>
where
    E: Entity,
    By: 'static,
    K: Declared<E, Type: Single<Of: Numeric>> + 'static,
{
    Box::pin(find.avg(move |_| field))
}

/// The calls of [`Asked`] that go through the fields one by one.
macro_rules! fields {
    ($($number:literal $name:ident: $shape:ident,)*) => {
        const SHAPES: &'static [Shape] = &[$(Shape::$shape),*];

        fn ask(fields: Self::Fields, field: usize, operator: &Operator) -> Filter<Self> {
            match field {
                $($number => fields!(@ask $shape fields.$name, operator),)*
                other => unreachable!("{other}"),
            }
        }
        fn order(fields: Self::Fields, field: usize, descending: bool) -> Order<Self> {
            match field {
                $($number => fields!(@order $shape fields.$name, descending),)*
                other => unreachable!("{other}"),
            }
        }
        fn extreme<By: 'static>(find: Find<Self, By>, field: usize, greatest: bool) -> Later<Option<Value>> {
            match field {
                $($number => fields!(@extreme $shape find, Self::fields().$name, greatest),)*
                other => unreachable!("{other}"),
            }
        }
        fn total<By: 'static>(find: Find<Self, By>, field: usize) -> Later<Total> {
            match field {
                $($number => fields!(@total $shape find, Self::fields().$name),)*
                other => unreachable!("{other}"),
            }
        }
        fn average<By: 'static>(find: Find<Self, By>, field: usize) -> Later<Option<f64>> {
            match field {
                $($number => fields!(@average $shape find, Self::fields().$name),)*
                other => unreachable!("{other}"),
            }
        }
    };
    (@ask List $($given:expr),*) => { crate::asked::list($($given),*) };
    (@ask Text $($given:expr),*) => { crate::asked::text($($given),*) };
    (@ask $shape:ident $($given:expr),*) => { crate::asked::single($($given),*) };
    (@order List $($given:expr),*) => { unreachable!("a list has no order") };
    (@order $shape:ident $field:expr, $descending:expr) => {
        if $descending { $field.desc() } else { $field.asc() }
    };
    (@extreme List $($given:expr),*) => { unreachable!("a list has no order") };
    (@extreme $shape:ident $($given:expr),*) => { crate::asked::extreme($($given),*) };
    (@total Number $($given:expr),*) => { crate::asked::total($($given),*) };
    (@total $shape:ident $($given:expr),*) => { unreachable!("not a number") };
    (@average Number $($given:expr),*) => { crate::asked::average($($given),*) };
    (@average $shape:ident $($given:expr),*) => { unreachable!("not a number") };
}

pub(crate) use fields;

pub(crate) fn filter_of<E: Asked>(fields: E::Fields, test: &Test) -> Filter<E> {
    match test {
        Test::All => Filter::all(),
        Test::Nothing => Filter::nothing(),
        Test::Field(field, operator) => E::ask(fields, *field, operator),
        Test::And(left, right) => filter_of(fields, left) & filter_of(fields, right),
        Test::Or(left, right) => filter_of(fields, left) | filter_of(fields, right),
        Test::Not(inner) => !filter_of(fields, inner),
    }
}

/// The calls of a query but its filter, in an order that `shuffle` says.
pub(crate) fn arranged<E: Asked, By: 'static>(
    mut find: Find<E, By>,
    query: &Query,
    shuffle: u64,
) -> Find<E, By> {
    for place in 0..3 {
        match (place + shuffle) % 3 {
            0 => {
                for (term, (field, descending)) in query.order.iter().enumerate() {
                    let order = |fields| E::order(fields, *field, *descending);
                    find = if term == 0 { find.order_by(order) } else { find.then_by(order) };
                }
            }
            1 if query.offset > 0 => find = find.offset(query.offset),
            2 => {
                if let Some(limit) = query.limit {
                    find = find.limit(limit);
                }
            }
            _ => {}
        }
    }
    find
}

fn any_operator<E: Asked>(field: usize, rng: &mut Rng) -> Operator {
    let value = E::operand(field, rng);
    let mut several = || {
        let count = rng.below(5);
        (0..count).map(|_| E::operand(field, rng)).collect::<Vec<_>>()
    };
    let several = several();
    if E::SHAPES[field] == Shape::List {
        return match rng.below(5) {
            0 | 1 => Operator::Contains(value),
            2 | 3 => Operator::ContainsAny(several),
            _ => Operator::IsEmpty,
        };
    }
    let bound = |rng: &mut Rng| match rng.below(5) {
        0 => Bound::Unbounded,
        1 | 2 => Bound::Excluded(E::operand(field, rng)),
        _ => Bound::Included(E::operand(field, rng)),
    };
    match rng.below(if E::SHAPES[field] == Shape::Text { 15 } else { 13 }) {
        0..=2 => Operator::Eq(value),
        3 => Operator::Ne(value),
        4 => Operator::Lt(value),
        5 => Operator::Le(value),
        6 => Operator::Gt(value),
        7 => Operator::Ge(value),
        8 | 9 => Operator::Between(bound(rng), bound(rng)),
        10 => Operator::OneOf(several),
        11 => Operator::IsNone,
        12 => Operator::IsSome,
        _ => match value {
            Value::Text(mut text) => {
                while rng.once_in(2) {
                    text.pop();
                }
                Operator::StartsWith(text)
            }
            other => unreachable!("{other:?}"),
        },
    }
}

pub(crate) fn any_test<E: Asked>(rng: &mut Rng, depth: u32) -> Test {
    let field = rng.below(E::SHAPES.len() as u64) as usize;
    let inner = |rng: &mut Rng| Box::new(any_test::<E>(rng, depth.saturating_sub(1)));
    match if depth == 0 { 9 } else { rng.below(12) } {
        0..=2 => Test::And(inner(rng), inner(rng)),
        3..=5 => Test::Or(inner(rng), inner(rng)),
        6 => Test::Not(inner(rng)),
        7 if rng.once_in(4) => Test::All,
        7 if rng.once_in(4) => Test::Nothing,
        _ => Test::Field(field, any_operator::<E>(field, rng)),
    }
}

pub(crate) fn any_query<E: Asked>(rng: &mut Rng) -> Query {
    let depth = rng.below(4) as u32;
    let test = if rng.once_in(5) { Test::All } else { any_test::<E>(rng, depth) };
    let sortable: Vec<usize> =
        (0..E::SHAPES.len()).filter(|field| E::SHAPES[*field] != Shape::List).collect();
    let terms = [0, 1, 1, 1, 2, 2, 3][rng.below(7) as usize];
    let order = (0..terms).map(|_| (*rng.pick(&sortable), rng.once_in(2))).collect();
    let offset = if rng.once_in(3) { rng.below(8) } else { 0 };
    let limit = rng.once_in(2).then(|| rng.below(8));
    Query { test, order, offset, limit }
}
