//! `chrono::DateTime<Utc>` and `chrono::NaiveDate`.
//!
//! A leap second is what chrono makes of it: nanoseconds from 1,000,000,000 on within the second before.

use chrono::{DateTime, NaiveDate, Timelike, Utc};

use crate::value::datum::{DatumRef, Type};
use crate::value::instant::Timestamp;
use crate::value::single::{KeyPart, Single, Value};

calendar!(DateTime<Utc>, Timestamp, Self::MIN_UTC, Self::MAX_UTC, give, take);
calendar!(
    NaiveDate, Date, Self::MIN, Self::MAX, |day: Self| day.to_epoch_days(), Self::from_epoch_days,
    bits: |day| day.to_epoch_days().cast_unsigned().into()
);

fn give(at: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: at.timestamp(), nanos: at.timestamp_subsec_nanos() }
}

/// By way of the whole second, since chrono takes the nanoseconds of a leap second from a timestamp only at `:59`,
/// but lets a time have them anywhere.
fn take(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.seconds, 0)?.with_nanosecond(at.nanos)
}
