//! `jiff::Timestamp` and `jiff::civil::Date`.
//!
//! An instant of jiff ends some hours before the year 9999 does; what lies beyond is not taken.

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::value::datum::{DatumRef, Type};
use crate::value::instant::Timestamp;
use crate::value::single::{KeyPart, Single, Value};

calendar!(jiff::Timestamp, Timestamp, Self::MIN, Self::MAX, give, take);
calendar!(
    Date, Date, Self::MIN, Self::MAX, days, of_days,
    bits: |day| days(day).cast_unsigned().into()
);

const EPOCH: Date = Date::constant(1970, 1, 1);
const DAY: i64 = 86_400;
const SECOND: i32 = 1_000_000_000;

/// jiff rounds the seconds towards zero and lets the nanoseconds have their sign; a timestamp rounds down.
fn give(at: jiff::Timestamp) -> Timestamp {
    let nanos = at.subsec_nanosecond();
    Timestamp {
        seconds: at.as_second() - i64::from(nanos < 0),
        nanos: nanos.rem_euclid(SECOND).cast_unsigned(),
    }
}

fn take(at: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::new(at.seconds, at.nanos.try_into().ok()?).ok()
}

/// All of jiff's 19,999 years are some millions of days.
fn days(day: Date) -> i32 {
    (day.duration_since(EPOCH).as_secs() / DAY) as i32
}

fn of_days(days: i32) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_secs(i64::from(days) * DAY)).ok()
}
