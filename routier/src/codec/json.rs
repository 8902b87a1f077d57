//! Rows as JSON objects.

use std::error::Error as StdError;

use serde::Serialize;

use crate::codec::Encodable;
use crate::codec::finite::{Finite, NotFinite};
use crate::entity::{AnyRow, Entity, erase};
use crate::error::{Error, ErrorKind, Result};
use crate::value::DatumRef;

/// How large an encoded row may be.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn encode<E: Entity + Encodable>(row: &AnyRow) -> Result<Vec<u8>> {
    let Some(entity) = row.entity::<E>() else {
        return Err(Error::bug("a row was encoded as another type"));
    };
    entity.serialize(Finite).map_err(|error| match error {
        NotFinite::Float(value) => {
            invalid(row, format!("it holds {value}, and rows are stored as JSON, which has none"))
        }
        NotFinite::Other(_) => not_encoded(row, error),
    })?;
    let bytes = serde_json::to_vec(entity).map_err(|error| not_encoded(row, error))?;
    if bytes.len() > MAX_ROW_BYTES {
        return Err(Error::too_large(format!("it has {} bytes and may have {MAX_ROW_BYTES}", bytes.len()))
            .with_collection(E::DESCRIPTOR.collection)
            .with_key(key_text(row)));
    }
    Ok(bytes)
}

pub(super) fn decode<E: Entity + Encodable>(bytes: &[u8], version: u64) -> Result<AnyRow> {
    let mut entity: E = serde_json::from_slice(bytes).map_err(|error| {
        Error::new(ErrorKind::Corrupt, "a stored row does not decode")
            .with_collection(E::DESCRIPTOR.collection)
            .with_source(error)
    })?;
    entity.set_version(version);
    Ok(erase(entity, version))
}

/// What a field is given, as it stands in a row.
pub(super) fn encode_default<T: Serialize>(value: &T) -> Result<String> {
    value.serialize(Finite).map_err(|error| match error {
        NotFinite::Float(value) => {
            Error::invalid(format!("it holds {value}, and rows are stored as JSON, which has none"))
        }
        NotFinite::Other(_) => not_a_value(error),
    })?;
    let bytes = serde_json::to_vec(value).map_err(not_a_value)?;
    String::from_utf8(bytes).map_err(not_a_value)
}

/// Whether a row would come back from a storage as it went in: it decodes, encodes to the same bytes again, and has the
/// same declared values.
pub(crate) fn check_round_trip(row: &AnyRow) -> Result<()> {
    let descriptor = row.descriptor();
    let Some(codec) = descriptor.codec else { return Ok(()) };
    let bytes = (codec.encode)(row)?;
    let back = (codec.decode)(&bytes, 0)
        .map_err(|error| invalid(row, "it does not decode from its own encoding").with_source(error))?;
    if (codec.encode)(&back)? != bytes {
        return Err(invalid(row, "what its encoding decodes to encodes to something else"));
    }
    let declared = (0_u16..).zip(descriptor.fields).filter(|(_, field)| field.ty.is_some());
    for (number, field) in declared {
        if !is_same(row.read(number), back.read(number)) {
            return Err(
                invalid(row, "its value is another after encoding and decoding").with_fields([field.name])
            );
        }
    }
    Ok(())
}

fn is_same(left: DatumRef<'_>, right: DatumRef<'_>) -> bool {
    let (DatumRef::Many(left), DatumRef::Many(right)) = (left, right) else {
        return left.order(right).is_eq();
    };
    let owned = |elements: &dyn crate::value::Elements| {
        let mut all = Vec::new();
        elements.each(&mut |element| {
            all.push(element.to_datum());
            true
        });
        all
    };
    owned(left) == owned(right)
}

/// Why is the source's to say: it may tell what is in the row.
fn not_encoded(row: &AnyRow, why: impl StdError + Send + Sync + 'static) -> Error {
    invalid(row, "it does not encode as JSON").with_source(why)
}

fn not_a_value(why: impl StdError + Send + Sync + 'static) -> Error {
    Error::invalid("it does not encode as JSON").with_source(why)
}

fn invalid(row: &AnyRow, detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::invalid(detail).with_collection(row.descriptor().collection).with_key(key_text(row))
}

fn key_text(row: &AnyRow) -> String {
    let values: Vec<String> = row.descriptor().key.iter().map(|field| row.read(*field).to_string()).collect();
    match values.as_slice() {
        [value] => value.clone(),
        values => format!("({})", values.join(", ")),
    }
}
