//! Cursors: where the next page begins, as text that can leave the process.

mod fingerprint;
mod text;

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::fingerprint::fingerprint;

use crate::entity::Descriptor;
use crate::error::{Error, ErrorKind, Result};
use crate::query::cursor::text::{seal, unseal};
use crate::query::order::OrderTerm;
use crate::query::predicate::Position;
use crate::value::{Datum, DatumRef, Type, decode_datum, encode_datum};

/// The place where a page ended: the values of the order's fields and the key of its last row, with a fingerprint of
/// the query.
///
/// It stays good while rows come and go: the next page begins behind that place, whether or not the row is still
/// there. With another query (another collection, filter or order) it is
/// [`BadCursor`](crate::ErrorKind::BadCursor), and so is a text that was altered.
///
/// As text (`Display`, `FromStr`, serde) it has letters, digits, `-` and `_` alone, so that it can stand in a URL. It
/// is checksummed against accidents, not signed, and not encrypted: who has it can read the values in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    fingerprint: u64,
    /// The values of the order's fields, then those of the key, as [`encode_datum`] writes them. What their types are
    /// is known when the cursor is opened.
    place: Box<[u8]>,
}

impl Cursor {
    /// A cursor at this place, for the query with this [`fingerprint`].
    pub fn new(fingerprint: u64, place: &Position) -> Self {
        let mut bytes = Vec::new();
        for value in place.values.iter().chain(&place.key) {
            write_value(value, &mut bytes);
        }
        Self { fingerprint, place: bytes.into() }
    }

    /// The place, for the query with this fingerprint and order.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](crate::ErrorKind::BadCursor) when the fingerprint is another one, or the place does not suit the
    /// fields: their types, or the variants of an enum, may have changed since.
    pub fn open(&self, fingerprint: u64, order: &[OrderTerm], descriptor: &Descriptor) -> Result<Position> {
        if self.fingerprint != fingerprint {
            return Err(bad().with_collection(descriptor.collection));
        }
        let mut rest = &*self.place;
        let mut read = |field: u16| {
            let column = descriptor.field(field)?;
            read_value(column.ty?, &mut rest).filter(|value| column.optional || !value.is_none())
        };
        let values: Option<Vec<Datum>> = order.iter().map(|term| read(term.field)).collect();
        let key: Option<Vec<Datum>> = descriptor.key.iter().map(|field| read(*field)).collect();
        match (values, key) {
            (Some(values), Some(key)) if rest.is_empty() => Ok(Position { values, key }),
            _ => Err(bad().with_collection(descriptor.collection)),
        }
    }
}

/// An enum's rank says where it stands in the order, and its name makes sure that it still stands there.
fn write_value(value: &Datum, out: &mut Vec<u8>) {
    encode_datum(value.as_ref(), out);
    if let Datum::Enum(variant) = value {
        encode_datum(DatumRef::Text(variant.name), out);
    }
}

fn read_value(ty: Type, bytes: &mut &[u8]) -> Option<Datum> {
    let value = decode_datum(ty, bytes)?;
    if let Datum::Enum(variant) = &value {
        match decode_datum(Type::Text, bytes)? {
            Datum::Text(name) if *name == *variant.name => {}
            _ => return None,
        }
    }
    Some(value)
}

fn bad() -> Error {
    Error::new(ErrorKind::BadCursor, "")
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&seal(&[&self.fingerprint.to_be_bytes(), &*self.place].concat()))
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = unseal(text).ok_or_else(bad)?;
        let (fingerprint, place) = bytes.split_first_chunk().ok_or_else(bad)?;
        Ok(Self { fingerprint: u64::from_be_bytes(*fingerprint), place: place.into() })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
