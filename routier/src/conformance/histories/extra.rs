//! The types of other crates as values of the model, each behind the feature of its name.

#![cfg(any(feature = "bytes", feature = "chrono", feature = "jiff", feature = "decimal"))]
#![allow(unused_imports, dead_code, reason = "which are used depends on the features")]

use super::cell::{Cell, Native, bytes, cells, mistyped};
use super::rng::Rng;
use super::value::Value;

/// Seconds and nanoseconds since the epoch: the ends of what an index holds, and what lies close together.
const INSTANTS: &[(i64, u32)] = &[
    (-62_135_596_800, 0),
    (-1, 999_999_999),
    (0, 0),
    (0, 1),
    (1, 0),
    (1_700_000_000, 500),
    (253_402_300_799, 999_999_999),
];

/// Year, month, day.
const DAYS: &[(i16, u8, u8)] =
    &[(1, 1, 1), (1969, 12, 31), (1970, 1, 1), (2024, 2, 29), (2024, 3, 1), (9999, 12, 31)];

const NANOS: i128 = 1_000_000_000;

fn int(value: &Value) -> i128 {
    if let Value::Int(value) = value { *value } else { mistyped(value) }
}

/// A day as a number that is ordered as days are.
fn day_number(year: i128, month: i128, day: i128) -> Value {
    Value::Int(year * 10_000 + month * 100 + day)
}

fn day_parts(value: &Value) -> (i16, u8, u8) {
    let number = int(value);
    ((number / 10_000) as i16, (number / 100 % 100) as u8, (number % 100) as u8)
}

#[cfg(feature = "bytes")]
cells! {
    ::bytes::Bytes: own => Value::Bytes(own.as_ref().into()), value => Self::copy_from_slice(bytes(value)),
        rng => Self::from_static(rng.pick::<&'static [u8]>(&[b"", b"\0", b"a", b"a\0", b"ab", b"\xff", b"\xff\xff"]));
}

#[cfg(feature = "chrono")]
cells! {
    ::chrono::DateTime<::chrono::Utc>:
        own => Value::Int(i128::from(own.timestamp()) * NANOS + i128::from(own.timestamp_subsec_nanos())),
        value => {
            let nanos = int(value);
            Self::from_timestamp(nanos.div_euclid(NANOS) as i64, nanos.rem_euclid(NANOS) as u32)
                .unwrap_or_else(|| mistyped(value))
        },
        rng => {
            let (seconds, nanos) = *rng.pick(INSTANTS);
            Self::from_timestamp(seconds, nanos).unwrap_or_default()
        };
    ::chrono::NaiveDate:
        own => {
            use ::chrono::Datelike;
            day_number(own.year().into(), own.month().into(), own.day().into())
        },
        value => {
            let (year, month, day) = day_parts(value);
            Self::from_ymd_opt(year.into(), month.into(), day.into()).unwrap_or_else(|| mistyped(value))
        },
        rng => {
            let (year, month, day) = *rng.pick(DAYS);
            Self::from_ymd_opt(year.into(), month.into(), day.into()).unwrap_or_default()
        };
}

#[cfg(feature = "jiff")]
cells! {
    ::jiff::Timestamp: own => Value::Int(own.as_nanosecond()),
        value => Self::from_nanosecond(int(value)).unwrap_or_else(|_| mistyped(value)),
        rng => {
            let (seconds, nanos) = *rng.pick(INSTANTS);
            Self::from_nanosecond(i128::from(seconds) * NANOS + i128::from(nanos)).unwrap_or_default()
        };
    ::jiff::civil::Date:
        own => day_number(own.year().into(), own.month().into(), own.day().into()),
        value => {
            let (year, month, day) = day_parts(value);
            Self::new(year, month as i8, day as i8).unwrap_or_else(|_| mistyped(value))
        },
        rng => {
            let (year, month, day) = *rng.pick(DAYS);
            Self::new(year, month as i8, day as i8).unwrap_or_default()
        };
}

/// Ten-thousandths: more places than any decimal here has.
#[cfg(feature = "decimal")]
pub(super) const DECIMAL_PLACES: u32 = 4;

#[cfg(feature = "decimal")]
pub(super) fn decimal_units(decimal: &::rust_decimal::Decimal) -> i128 {
    let decimal = decimal.normalize();
    decimal.mantissa() * 10_i128.pow(DECIMAL_PLACES.saturating_sub(decimal.scale()))
}

#[cfg(feature = "decimal")]
impl Cell for ::rust_decimal::Decimal {
    fn cell(&self) -> Value {
        Value::Int(decimal_units(self))
    }
    fn of(value: &Value) -> Self {
        Self::from_i128_with_scale(int(value), DECIMAL_PLACES)
    }
    fn any(rng: &mut Rng) -> Self {
        let (units, scale) = *rng.pick(&[(0, 0), (1, 0), (100, 2), (-15, 1), (25, 2), (2_750, 3), (1, 4)]);
        Self::new(units, scale)
    }
}

#[cfg(feature = "decimal")]
impl Native for ::rust_decimal::Decimal {
    const UNIT: f64 = 10_000.0;
}

#[cfg(feature = "decimal")]
impl From<::rust_decimal::Decimal> for super::sum::Total {
    fn from(sum: ::rust_decimal::Decimal) -> Self {
        Self::Int(decimal_units(&sum))
    }
}
