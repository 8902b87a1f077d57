//! Rust's types as values of the model, and back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rng::Rng;
use super::value::{Real, Value};
use crate::value::{Single, Type};

/// What a field may hold.
pub(super) trait Cell: Sized {
    fn cell(&self) -> Value;
    fn of(value: &Value) -> Self;
    /// A value that a row may have.
    fn any(rng: &mut Rng) -> Self;
}

/// A type that a field may be declared with, without `Option`.
pub(super) trait Native: Cell + crate::Value + Single<Of = Self> {
    /// How many units of the model make one.
    const UNIT: f64 = 1.0;
    /// Whether sums may need more than 128 bits.
    const IS_WIDE: bool = matches!(Self::TYPE, Type::Int128 | Type::UInt128);

    /// A value to compare with.
    fn operand(rng: &mut Rng) -> Self {
        Self::any(rng)
    }
}

#[derive(crate::Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Rank {
    Private,
    Captain,
    Admiral,
}

#[derive(crate::Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Weight(pub(super) u32);

const TEXTS: &[&str] = &[
    "",
    "a",
    "aa",
    "ab",
    "ab\u{1}",
    "abc",
    "b",
    "ba",
    "ß",
    "z",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{10ffff}\u{10ffff}",
];
const CHARS: &[char] = &['\0', 'a', 'b', 'z', 'ß', '\u{d7ff}', '\u{e000}', '\u{10ffff}'];
const REALS: &[f64] = &[f64::NEG_INFINITY, -1.5, -0.0, 0.0, 0.25, 1.0, 1e30, f64::INFINITY];
/// Those whose sums are exact in any order.
const SMALL: &[f64] = &[-1.5, -0.0, 0.0, 0.25, 0.5, 1.0, 2.75];
const RANKS: &[Rank] = &[Rank::Private, Rank::Captain, Rank::Admiral];

/// What a cell is when it is not of the type that it should be.
pub(super) fn mistyped<T>(value: &Value) -> T {
    panic!("{value:?} is no `{}`", std::any::type_name::<T>())
}

fn whole<T: TryFrom<i128>>(value: &Value) -> T {
    let whole = if let Value::Int(value) = value { T::try_from(*value).ok() } else { None };
    whole.unwrap_or_else(|| mistyped(value))
}

/// Types and how the model says them: a value of theirs, and back; some value, and one to compare with.
macro_rules! cells {
    ($($(#[$attribute:meta])* $type:ty: $self:ident => $cell:expr, $value:ident => $of:expr,
        $rng:ident => $any:expr $(, $operand:expr)?;)*) => {$(
        $(#[$attribute])*
        impl $crate::conformance::histories::cell::Cell for $type {
            fn cell(&self) -> Value {
                let $self = self;
                $cell
            }
            fn of($value: &Value) -> Self {
                $of
            }
            fn any($rng: &mut Rng) -> Self {
                $any
            }
        }
        $(#[$attribute])*
        impl $crate::conformance::histories::cell::Native for $type {
            $(fn operand($rng: &mut Rng) -> Self {
                $operand
            })?
        }
    )*};
}

#[cfg(any(feature = "bytes", feature = "chrono", feature = "jiff", feature = "decimal"))]
pub(super) use cells;

macro_rules! integers {
    ($($type:ty)*) => {
        cells! {$(
            $type: own => Value::Int(i128::from(*own)), value => whole(value),
                rng => any_whole(rng, Self::MIN, Self::MAX, |small| small as Self);
        )*}
    };
}

/// Mostly one of few. The widest are often at their ends, so that sums overflow.
fn any_whole<T>(rng: &mut Rng, least: T, greatest: T, small: fn(u8) -> T) -> T {
    match rng.below(if size_of::<T>() < 16 { 14 } else { 5 }) {
        0 => least,
        1 => greatest,
        _ => small(rng.below(6) as u8),
    }
}

integers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 }

cells! {
    u128: own => Value::Huge(*own),
        value => if let Value::Huge(value) = value { *value } else { mistyped(value) },
        rng => any_whole(rng, Self::MIN, Self::MAX, Self::from);
    bool: own => Value::Bool(*own), value => *value == Value::Bool(true), rng => rng.once_in(2);
    char: own => Value::Int(i128::from(u32::from(*own))),
        value => Self::from_u32(whole(value)).unwrap_or_else(|| mistyped(value)),
        rng => *rng.pick(CHARS);
    f32: own => Value::Real(Real(f64::from(*own))),
        value => if let Value::Real(value) = value { value.0 as Self } else { mistyped(value) },
        rng => *rng.pick(SMALL) as Self, *rng.pick(REALS) as Self;
    f64: own => Value::Real(Real(*own)),
        value => if let Value::Real(value) = value { value.0 } else { mistyped(value) },
        rng => *rng.pick(SMALL), *rng.pick(REALS);
    String: own => Value::text(own),
        value => if let Value::Text(value) = value { value.to_string() } else { mistyped(value) },
        rng => (*rng.pick(TEXTS)).to_owned();
    [u8; 2]: own => Value::Bytes(own.as_slice().into()),
        value => bytes(value).try_into().unwrap_or_else(|_| mistyped(value)),
        rng => *rng.pick(&[[0, 0], [0, 1], [1, 0], [0x61, 0x62], [0xff, 0xff]]);
    Uuid: own => Value::Bytes(own.as_bytes().as_slice().into()),
        value => Self::from_slice(bytes(value)).unwrap_or_else(|_| mistyped(value)),
        rng => match rng.below(6) {
            0 => Self::nil(),
            1 => Self::max(),
            number => Self::from_u128(u128::from(number) << 60),
        };
    Rank: own => Value::Int(*own as i128),
        value => *RANKS.get(whole::<usize>(value)).unwrap_or_else(|| mistyped(value)),
        rng => *rng.pick(RANKS);
    Weight: own => Value::Int(own.0.into()), value => Self(whole(value)),
        rng => Self(any_whole(rng, u32::MIN, u32::MAX, u32::from));
}

pub(super) fn bytes(value: &Value) -> &[u8] {
    if let Value::Bytes(bytes) = value { bytes } else { mistyped(value) }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> Value {
        self.as_ref().map_or(Value::None, Cell::cell)
    }
    fn of(value: &Value) -> Self {
        (!value.is_none()).then(|| T::of(value))
    }
    fn any(rng: &mut Rng) -> Self {
        (!rng.once_in(3)).then(|| T::any(rng))
    }
}

impl<T: Cell> Cell for Vec<T> {
    fn cell(&self) -> Value {
        Value::Many(self.iter().map(Cell::cell).collect())
    }
    fn of(value: &Value) -> Self {
        if let Value::Many(list) = value { list.iter().map(T::of).collect() } else { mistyped(value) }
    }
    fn any(rng: &mut Rng) -> Self {
        let count = rng.below(4);
        (0..count).map(|_| T::any(rng)).collect()
    }
}
