//! Cursors: where the next page begins, as text that can leave the process.

mod fingerprint;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use self::fingerprint::Fingerprints;
pub use self::fingerprint::fingerprint;

use crate::entity::Descriptor;
use crate::env::sync::Arc;
use crate::error::{Error, ErrorKind, Result};
use crate::query::check::suits;
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
#[derive(Clone)]
pub struct Cursor {
    fingerprint: u64,
    place: Place,
}

#[derive(Clone)]
enum Place {
    /// Of a page of this process, which mostly is asked for the next one, and not for its text.
    Known(Arc<Position>),
    /// Of a text: the values as [`Place::bytes`] has them. What their types are is known when the cursor is opened.
    Written(Arc<[u8]>),
}

impl Cursor {
    /// A cursor at this place, for the query with this [`fingerprint`].
    pub fn new(fingerprint: u64, place: Position) -> Self {
        Self { fingerprint, place: Place::Known(Arc::new(place)) }
    }

    /// The place, for the query with this fingerprint and order.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](crate::ErrorKind::BadCursor) when the fingerprint is another one, or the place does not suit the
    /// fields: their types, or the variants of an enum, may have changed since.
    pub fn open(
        &self,
        fingerprint: u64,
        order: &[OrderTerm],
        descriptor: &Descriptor,
    ) -> Result<Arc<Position>> {
        let place = match &self.place {
            _ if self.fingerprint != fingerprint => None,
            Place::Known(place) => stands(place, order, descriptor).then(|| Arc::clone(place)),
            Place::Written(bytes) => read(bytes, order, descriptor).map(Arc::new),
        };
        place.ok_or_else(|| bad().with_collection(descriptor.collection))
    }
}

impl Place {
    /// The values of the order's fields, then those of the key, as [`encode_datum`] writes them.
    fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Written(bytes) => Cow::Borrowed(bytes),
            Self::Known(place) => {
                let mut bytes = Vec::new();
                place.values.iter().chain(&place.key).for_each(|value| write_value(value, &mut bytes));
                Cow::Owned(bytes)
            }
        }
    }
}

/// Whether a row of the collection could stand at the place.
fn stands(place: &Position, order: &[OrderTerm], descriptor: &Descriptor) -> bool {
    let can_be = |(field, value): (u16, &Datum)| {
        descriptor.field(field).is_some_and(|column| match value {
            Datum::None => column.optional,
            value => column.ty.is_some_and(|ty| suits(ty, value)),
        })
    };
    place.values.len() == order.len()
        && place.key.len() == descriptor.key.len()
        && order.iter().map(|term| term.field).zip(&place.values).all(can_be)
        && descriptor.key.iter().copied().zip(&place.key).all(can_be)
}

fn read(mut bytes: &[u8], order: &[OrderTerm], descriptor: &Descriptor) -> Option<Position> {
    let mut read = |field: u16| {
        let column = descriptor.field(field)?;
        read_value(column.ty?, &mut bytes).filter(|value| column.optional || !value.is_none())
    };
    let values = order.iter().map(|term| read(term.field)).collect::<Option<_>>()?;
    let key = descriptor.key.iter().map(|field| read(*field)).collect::<Option<_>>()?;
    bytes.is_empty().then_some(Position { values, key })
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

impl PartialEq for Cursor {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.place.bytes() == other.place.bytes()
    }
}

impl Eq for Cursor {}

impl Hash for Cursor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprint.hash(state);
        self.place.bytes().hash(state);
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&seal(&[&self.fingerprint.to_be_bytes(), &*self.place.bytes()].concat()))
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
        Ok(Self { fingerprint: u64::from_be_bytes(*fingerprint), place: Place::Written(place.into()) })
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
