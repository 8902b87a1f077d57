//! What is refused before a query is planned.

use std::ops::Bound;

use crate::entity::{Descriptor, FieldDescriptor};
use crate::error::{Error, Result};
use crate::query::predicate::{MAX_DEPTH, Predicate, Query};
use crate::value::{Datum, Type};

/// Whether a query can be carried out on the collection that `descriptor` describes.
///
/// # Errors
///
/// [`Invalid`](crate::ErrorKind::Invalid) for a filter that is nested too deep and for NaN as an operand;
/// [`Bug`](crate::ErrorKind::Bug) for what the typed surface cannot make: a field that is not declared, an operator or
/// an operand that does not suit the field's type, a place of another shape than the order.
pub fn check_query(query: &Query, descriptor: &Descriptor) -> Result<()> {
    check_filter(&query.filter, descriptor)?;
    for term in &*query.order {
        single(term.field, descriptor)?;
    }
    match &query.after {
        Some(place) if place.values.len() != query.order.len() || place.key.len() != descriptor.key.len() => {
            Err(bug(descriptor, "a place of another shape than the order"))
        }
        _ => Ok(()),
    }
}

fn check_filter(predicate: &Predicate, descriptor: &Descriptor) -> Result<()> {
    match predicate {
        Predicate::All | Predicate::Nothing | Predicate::Scan(_) => Ok(()),
        Predicate::TooDeep => Err(too_deep(descriptor)),
        Predicate::Equal { field, value } => check_values(*field, [value], descriptor),
        Predicate::Within { field, low, high } => {
            check_values(*field, [low, high].into_iter().filter_map(bounding), descriptor)
        }
        Predicate::OneOf { field, values } => check_values(*field, values.iter(), descriptor),
        Predicate::Absent { field } => single(*field, descriptor).map(drop),
        Predicate::StartsWith { field, .. } => match single(*field, descriptor)?.ty {
            Some(Type::Text) => Ok(()),
            _ => Err(bug(descriptor, "`starts_with` of a field that is not text")),
        },
        Predicate::Contains { field, values } => {
            let column = many(*field, descriptor)?;
            values.iter().try_for_each(|value| check_value(value, column, descriptor))
        }
        Predicate::Empty { field } => many(*field, descriptor).map(drop),
        Predicate::And(parts) | Predicate::Or(parts) => {
            parts.iter().try_for_each(|part| check_filter(part, descriptor))
        }
        Predicate::Not(inner) => check_filter(inner, descriptor),
    }
}

fn bounding(bound: &Bound<Datum>) -> Option<&Datum> {
    match bound {
        Bound::Included(value) | Bound::Excluded(value) => Some(value),
        Bound::Unbounded => None,
    }
}

fn check_values<'a>(
    field: u16,
    values: impl IntoIterator<Item = &'a Datum>,
    descriptor: &Descriptor,
) -> Result<()> {
    let column = single(field, descriptor)?;
    values.into_iter().try_for_each(|value| check_value(value, column, descriptor))
}

fn check_value(value: &Datum, column: &FieldDescriptor, descriptor: &Descriptor) -> Result<()> {
    match value {
        Datum::Float(number) if number.is_nan() => {
            Err(Error::invalid("it equals nothing and has no place in an order")
                .with_collection(descriptor.collection)
                .with_fields([column.name])
                .with_value("NaN"))
        }
        _ if value.is_none() || column.ty.is_some_and(|ty| suits(ty, value)) => Ok(()),
        _ => Err(bug(descriptor, "an operand of another type than its field")),
    }
}

/// Whether a field of this type can hold the value. `None` and NaN suit no field: nothing is equal to either.
pub(super) fn suits(ty: Type, value: &Datum) -> bool {
    match (ty, value) {
        (Type::Bool, Datum::Bool(_))
        | (Type::Int, Datum::Int(_))
        | (Type::UInt, Datum::UInt(_))
        | (Type::Int128, Datum::Int128(_))
        | (Type::UInt128, Datum::UInt128(_))
        | (Type::Char, Datum::Char(_))
        | (Type::Text, Datum::Text(_))
        | (Type::Bytes, Datum::Bytes(_))
        | (Type::Uuid, Datum::Uuid(_))
        | (Type::Timestamp, Datum::Timestamp(_))
        | (Type::Date, Datum::Date(_))
        | (Type::Decimal, Datum::Decimal(_)) => true,
        (Type::Float, Datum::Float(value)) => !value.is_nan(),
        (Type::Enum(names), Datum::Enum(variant)) => {
            usize::try_from(variant.rank).is_ok_and(|rank| names.get(rank) == Some(&variant.name))
        }
        _ => false,
    }
}

/// A declared field that is not a list.
fn single(field: u16, descriptor: &Descriptor) -> Result<&'static FieldDescriptor> {
    match descriptor.field(field) {
        Some(column) if column.ty.is_some() && !column.many => Ok(column),
        Some(column) if column.ty.is_some() => {
            Err(bug(descriptor, "a list where a single value is asked for"))
        }
        _ => Err(undeclared(field, descriptor)),
    }
}

/// An indexed list.
fn many(field: u16, descriptor: &Descriptor) -> Result<&'static FieldDescriptor> {
    match descriptor.field(field) {
        Some(column) if column.ty.is_some() && column.many => Ok(column),
        Some(column) if column.ty.is_some() => {
            Err(bug(descriptor, "a single value where a list is asked for"))
        }
        _ => Err(undeclared(field, descriptor)),
    }
}

fn undeclared(field: u16, descriptor: &Descriptor) -> Error {
    bug(descriptor, &format!("field number {field}, which is not declared for querying"))
}

fn bug(descriptor: &Descriptor, what: &str) -> Error {
    Error::bug(format!("a query of `{}` has {what}", descriptor.collection))
        .with_collection(descriptor.collection)
}

fn too_deep(descriptor: &Descriptor) -> Error {
    Error::invalid(format!(
        "a filter is nested deeper than {MAX_DEPTH} levels: combine more with the same operator, or use `one_of` or \
         `scan`"
    ))
    .with_collection(descriptor.collection)
}

#[cfg(test)]
mod tests;
