//! Values as columns: SQLite's order of them is the order of queries.
//!
//! `NULL` comes before all else in both. Text is compared bytewise. An unsigned number is an INTEGER as far as these reach,
//! and eight bytes above: SQLite puts every BLOB behind every INTEGER. What SQLite has no type for is a BLOB of
//! [`encode_datum`](crate::value::encode_datum)'s bytes, whose order is that of the values.

use rusqlite::types::Value;

use crate::value::{DatumRef, Type, encode_datum};

/// The type of a column in a `STRICT` table.
pub(super) fn sql_type(ty: Type) -> &'static str {
    match ty {
        Type::Bool | Type::Int | Type::Date | Type::Enum(_) => "INTEGER",
        Type::UInt | Type::UInt128 => "ANY",
        Type::Float => "REAL",
        Type::Char | Type::Text => "TEXT",
        Type::Int128 | Type::Bytes | Type::Uuid | Type::Timestamp | Type::Decimal => "BLOB",
    }
}

/// What stands in the column for a value.
pub(super) fn to_sql(value: DatumRef<'_>) -> Value {
    match value {
        DatumRef::None => Value::Null,
        DatumRef::Bool(value) => Value::Integer(i64::from(value)),
        DatumRef::Int(value) => Value::Integer(value),
        DatumRef::UInt(value) => {
            i64::try_from(value).map_or_else(|_| bytes(&value.to_be_bytes()), Value::Integer)
        }
        DatumRef::UInt128(value) => {
            i64::try_from(value).map_or_else(|_| bytes(&value.to_be_bytes()), Value::Integer)
        }
        // Both zeros are one value.
        DatumRef::Float(value) => Value::Real(value + 0.0),
        DatumRef::Char(value) => Value::Text(value.to_string()),
        DatumRef::Text(value) => Value::Text(value.to_owned()),
        DatumRef::Bytes(value) => bytes(value),
        DatumRef::Uuid(value) => bytes(value.as_bytes()),
        DatumRef::Date(value) => Value::Integer(i64::from(value)),
        DatumRef::Enum(value) => Value::Integer(i64::from(value.rank)),
        DatumRef::Int128(_) | DatumRef::Timestamp(_) | DatumRef::Decimal(_) | DatumRef::Many(_) => {
            let mut encoded = Vec::new();
            encode_datum(value, &mut encoded);
            // The first byte only tells a value from none.
            Value::Blob(encoded.split_off(1))
        }
    }
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Blob(bytes.to_vec())
}

/// The columns for several values.
pub(super) fn all_to_sql<'a>(values: impl IntoIterator<Item = DatumRef<'a>>) -> Vec<Value> {
    values.into_iter().map(to_sql).collect()
}
