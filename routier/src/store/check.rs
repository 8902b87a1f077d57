//! What is checked of a row before it is staged, the same on every storage.

use crate::entity::{Descriptor, Entity};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{
    Datum, DatumRef, MAX_INDEXED_BYTES, has_unstorable, indexed_len, is_storable, is_unbounded,
};

/// Whether the declared values of a row may be stored.
pub(crate) fn check_row<E: Entity>(row: &E) -> Result<()> {
    let descriptor = E::DESCRIPTOR;
    // before all errors that show the key
    check_size(row, descriptor, descriptor.key)?;
    for (number, field) in (0_u16..).zip(descriptor.fields) {
        if !field.ty.is_some_and(has_unstorable) {
            continue;
        }
        let value = row.read(number);
        if let Some(why) = is_storable(value) {
            let error = Error::invalid(format!("the value is {why}"))
                .with_fields([field.name])
                .with_value(value.to_string());
            return Err(of_row(error, row, &[number]));
        }
    }
    descriptor.indexes.iter().try_for_each(|index| check_size(row, descriptor, index.fields))
}

fn check_size<E: Entity>(row: &E, descriptor: &Descriptor, fields: &[u16]) -> Result<()> {
    let may_be_long = |field: &u16| {
        let ty = descriptor.fields.get(usize::from(*field)).and_then(|field| field.ty);
        ty.is_none_or(is_unbounded)
    };
    // The largest others together are far from the limit.
    if !fields.iter().any(may_be_long) {
        return Ok(());
    }
    let bytes: usize = fields.iter().map(|field| indexed_len(row.read(*field))).sum();
    if bytes <= MAX_INDEXED_BYTES {
        return Ok(());
    }
    let error =
        Error::too_large(format!("{bytes} bytes, and a key or an index takes at most {MAX_INDEXED_BYTES}"))
            .with_fields(descriptor.field_names(fields));
    Err(of_row(error, row, fields))
}

/// An error about fields of a row: it names the row, unless it is the key that is wrong.
fn of_row<E: Entity>(error: Error, row: &E, fields: &[u16]) -> Error {
    let error = error.with_collection(E::DESCRIPTOR.collection);
    let is_key = fields.iter().any(|field| E::DESCRIPTOR.key.contains(field));
    if is_key { error } else { error.with_key(key_text(row)) }
}

/// Whether an update left alone what it may not change: key, identity and version.
pub(crate) fn check_unchanged<E: Entity>(before: &E, after: &E) -> Result<()> {
    let descriptor = E::DESCRIPTOR;
    let fixed = descriptor.key.iter().chain(&descriptor.identity).chain(&descriptor.version);
    for field in fixed {
        if before.read(*field).order(after.read(*field)).is_ne() {
            let what = if descriptor.key.contains(field) {
                "a key never changes: remove the row and insert another"
            } else if descriptor.version == Some(*field) {
                "the version is the store's to set"
            } else {
                "an identity never changes"
            };
            return Err(Error::new(ErrorKind::Invalid, what)
                .with_collection(descriptor.collection)
                .with_key(key_text(before))
                .with_fields([descriptor.field_name(*field)])
                .with_value(after.read(*field).to_string()));
        }
    }
    Ok(())
}

/// The key of a row, for people.
pub(crate) fn key_text<E: Entity>(row: &E) -> String {
    let values: Vec<DatumRef<'_>> = E::DESCRIPTOR.key.iter().map(|field| row.read(*field)).collect();
    values_text(&values)
}

/// A key, for people.
pub(crate) fn text_of(key: &[Datum]) -> String {
    let values: Vec<DatumRef<'_>> = key.iter().map(Datum::as_ref).collect();
    values_text(&values)
}

/// Values, for people: one as it is, several in parentheses.
pub(crate) fn values_text(values: &[DatumRef<'_>]) -> String {
    match values {
        [value] => value.to_string(),
        values => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            format!("({})", values.join(", "))
        }
    }
}
