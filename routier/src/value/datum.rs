//! Values at run time: typed by a tag instead of by Rust.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use uuid::Uuid;

use crate::value::instant::Timestamp;
use crate::value::number::Fixed;
use crate::value::single::Variant;

/// What a declared field holds, as the planner and storages know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// `bool`.
    Bool,
    /// A signed integer of at most 64 bits.
    Int,
    /// An unsigned integer of at most 64 bits.
    UInt,
    /// `i128`.
    Int128,
    /// `u128`.
    UInt128,
    /// `f32` or `f64`.
    Float,
    /// `char`.
    Char,
    /// Text.
    Text,
    /// A run of bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// A point in time.
    Timestamp,
    /// A day of the calendar.
    Date,
    /// A decimal number.
    Decimal,
    /// A field-less enum, with the names of its variants in their order.
    Enum(&'static [&'static str]),
}

/// A value of a declared field, owned.
///
/// The order is the order of queries: by type, text and bytes bytewise, `None` first. Values of different types do
/// not meet in one field; they are ordered by their tag so that the order is total all the same.
#[derive(Clone)]
#[non_exhaustive]
pub enum Datum {
    /// The absent value of an `Option` field.
    None,
    /// A `bool`.
    Bool(bool),
    /// A signed integer of at most 64 bits.
    Int(i64),
    /// An unsigned integer of at most 64 bits.
    UInt(u64),
    /// An `i128`.
    Int128(i128),
    /// A `u128`.
    UInt128(u128),
    /// A float, never NaN where it is stored.
    Float(f64),
    /// A `char`.
    Char(char),
    /// Text.
    Text(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A UUID.
    Uuid(Uuid),
    /// A point in time.
    Timestamp(Timestamp),
    /// Days since 1970-01-01.
    Date(i32),
    /// A decimal number, compared by value.
    Decimal(Fixed),
    /// A variant of a field-less enum.
    Enum(Variant),
}

/// A value of a declared field, borrowed from its row.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum DatumRef<'a> {
    /// The absent value of an `Option` field.
    None,
    /// A `bool`.
    Bool(bool),
    /// A signed integer of at most 64 bits.
    Int(i64),
    /// An unsigned integer of at most 64 bits.
    UInt(u64),
    /// An `i128`.
    Int128(i128),
    /// A `u128`.
    UInt128(u128),
    /// A float.
    Float(f64),
    /// A `char`.
    Char(char),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A UUID.
    Uuid(Uuid),
    /// A point in time.
    Timestamp(Timestamp),
    /// Days since 1970-01-01.
    Date(i32),
    /// A decimal number.
    Decimal(Fixed),
    /// A variant of a field-less enum.
    Enum(Variant),
    /// The elements of an indexed `Vec`. Compares equal to nothing, itself included.
    Many(&'a dyn Elements),
}

/// The elements of an indexed `Vec` field.
pub trait Elements: Sync {
    /// Hands out the elements in their order until `visit` gives `false`.
    fn each(&self, visit: &mut dyn FnMut(DatumRef<'_>) -> bool);

    /// Whether there are none.
    fn is_empty(&self) -> bool;
}

impl Datum {
    /// The same value, borrowed.
    pub fn as_ref(&self) -> DatumRef<'_> {
        match self {
            Self::None => DatumRef::None,
            Self::Bool(value) => DatumRef::Bool(*value),
            Self::Int(value) => DatumRef::Int(*value),
            Self::UInt(value) => DatumRef::UInt(*value),
            Self::Int128(value) => DatumRef::Int128(*value),
            Self::UInt128(value) => DatumRef::UInt128(*value),
            Self::Float(value) => DatumRef::Float(*value),
            Self::Char(value) => DatumRef::Char(*value),
            Self::Text(value) => DatumRef::Text(value),
            Self::Bytes(value) => DatumRef::Bytes(value),
            Self::Uuid(value) => DatumRef::Uuid(*value),
            Self::Timestamp(value) => DatumRef::Timestamp(*value),
            Self::Date(value) => DatumRef::Date(*value),
            Self::Decimal(value) => DatumRef::Decimal(*value),
            Self::Enum(value) => DatumRef::Enum(*value),
        }
    }

    /// Whether this is the absent value.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl DatumRef<'_> {
    /// The number, where it is a whole one that is not negative: what an identity may be.
    pub(crate) fn whole(self) -> Option<u128> {
        match self {
            DatumRef::UInt(number) => Some(number.into()),
            DatumRef::UInt128(number) => Some(number),
            DatumRef::Int(number) => u128::try_from(number).ok(),
            DatumRef::Int128(number) => u128::try_from(number).ok(),
            _ => None,
        }
    }

    /// The same value, owned. A list has no owned form: its elements are owned one by one, so it gives `None`.
    pub fn to_datum(self) -> Datum {
        match self {
            Self::None | Self::Many(_) => Datum::None,
            Self::Bool(value) => Datum::Bool(value),
            Self::Int(value) => Datum::Int(value),
            Self::UInt(value) => Datum::UInt(value),
            Self::Int128(value) => Datum::Int128(value),
            Self::UInt128(value) => Datum::UInt128(value),
            Self::Float(value) => Datum::Float(value),
            Self::Char(value) => Datum::Char(value),
            Self::Text(value) => Datum::Text(value.into()),
            Self::Bytes(value) => Datum::Bytes(value.into()),
            Self::Uuid(value) => Datum::Uuid(value),
            Self::Timestamp(value) => Datum::Timestamp(value),
            Self::Date(value) => Datum::Date(value),
            Self::Decimal(value) => Datum::Decimal(value),
            Self::Enum(value) => Datum::Enum(value),
        }
    }

    /// Whether this is the absent value.
    pub fn is_none(self) -> bool {
        matches!(self, Self::None)
    }

    fn rank(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Bool(_) => 1,
            Self::Int(_) => 2,
            Self::UInt(_) => 3,
            Self::Int128(_) => 4,
            Self::UInt128(_) => 5,
            Self::Float(_) => 6,
            Self::Char(_) => 7,
            Self::Text(_) => 8,
            Self::Bytes(_) => 9,
            Self::Uuid(_) => 10,
            Self::Timestamp(_) => 11,
            Self::Date(_) => 12,
            Self::Decimal(_) => 13,
            Self::Enum(_) => 14,
            Self::Many(_) => 15,
        }
    }

    /// The total order of values: `None` first, then by type.
    pub fn order(self, other: DatumRef<'_>) -> Ordering {
        match (self, other) {
            (Self::Bool(a), DatumRef::Bool(b)) => a.cmp(&b),
            (Self::Int(a), DatumRef::Int(b)) => a.cmp(&b),
            (Self::UInt(a), DatumRef::UInt(b)) => a.cmp(&b),
            (Self::Int128(a), DatumRef::Int128(b)) => a.cmp(&b),
            (Self::UInt128(a), DatumRef::UInt128(b)) => a.cmp(&b),
            (Self::Float(a), DatumRef::Float(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Self::Char(a), DatumRef::Char(b)) => a.cmp(&b),
            (Self::Text(a), DatumRef::Text(b)) => a.cmp(b),
            (Self::Bytes(a), DatumRef::Bytes(b)) => a.cmp(b),
            (Self::Uuid(a), DatumRef::Uuid(b)) => a.cmp(&b),
            (Self::Timestamp(a), DatumRef::Timestamp(b)) => a.cmp(&b),
            (Self::Date(a), DatumRef::Date(b)) => a.cmp(&b),
            (Self::Decimal(a), DatumRef::Decimal(b)) => a.cmp(&b),
            (Self::Enum(a), DatumRef::Enum(b)) => a.cmp(&b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Datum {}

impl PartialOrd for Datum {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Datum {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // what most keys are needs no borrowed form
        match (self, other) {
            (Self::UInt(a), Self::UInt(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Uuid(a), Self::Uuid(b)) => a.cmp(b),
            _ => self.as_ref().order(other.as_ref()),
        }
    }
}

/// Equal values have the same hash. Lists, which equal nothing, are not looked into.
impl Hash for DatumRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.rank());
        match self {
            Self::None | Self::Many(_) => {}
            Self::Bool(value) => value.hash(state),
            Self::Int(value) => value.hash(state),
            Self::UInt(value) => value.hash(state),
            Self::Int128(value) => value.hash(state),
            Self::UInt128(value) => value.hash(state),
            Self::Float(value) => (value + 0.0).to_bits().hash(state),
            Self::Char(value) => value.hash(state),
            Self::Text(value) => value.hash(state),
            Self::Bytes(value) => value.hash(state),
            Self::Uuid(value) => value.hash(state),
            Self::Timestamp(value) => value.hash(state),
            Self::Date(value) => value.hash(state),
            Self::Decimal(value) => value.hash(state),
            Self::Enum(value) => value.hash(state),
        }
    }
}

impl Hash for Datum {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl fmt::Display for DatumRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::UInt(value) => value.fmt(f),
            Self::Int128(value) => value.fmt(f),
            Self::UInt128(value) => value.fmt(f),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Char(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Bytes(value) => {
                f.write_str("0x")?;
                value.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Uuid(value) => value.fmt(f),
            Self::Timestamp(value) => value.fmt(f),
            Self::Date(value) => write!(f, "{}", Timestamp::from_days(*value).date_text()),
            Self::Decimal(value) => value.fmt(f),
            Self::Enum(value) => f.write_str(value.name),
            Self::Many(elements) => {
                let mut list = f.debug_list();
                elements.each(&mut |element| {
                    list.entry(&format_args!("{element}"));
                    true
                });
                list.finish()
            }
        }
    }
}

impl fmt::Debug for DatumRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
