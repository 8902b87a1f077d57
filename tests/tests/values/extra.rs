//! The types of other crates.

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, Timelike, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use routier::value::{Single, Timestamp, read};
use rust_decimal::Decimal;

use crate::laws::hold;

/// Some seconds more than there are in the years 1 to 9999.
const SECONDS: std::ops::Range<i64> = -63_000_000_000..254_000_000_000;

/// Some days more than there are in the years 1 to 9999.
const DAYS: std::ops::Range<i32> = -730_000..2_940_000;

/// A moment of chrono, which has a leap second wherever the nanoseconds say so.
fn moment(seconds: i64, nanos: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap().with_nanosecond(nanos).unwrap()
}

fn instant(seconds: i64, nanos: i32) -> jiff::Timestamp {
    jiff::Timestamp::new(seconds, nanos).unwrap()
}

#[test]
fn chrono_instant() {
    let last = Timestamp::MAX.seconds;
    let edges = [
        DateTime::<Utc>::MIN_UTC,
        moment(Timestamp::MIN.seconds - 1, 999_999_999),
        moment(Timestamp::MIN.seconds, 0),
        moment(-1, 999_999_999),
        moment(-1, 1_999_999_999),
        moment(0, 0),
        moment(0, 1),
        moment(0, 1_500_000_000),
        moment(59, 999_999_999),
        moment(59, 1_000_000_000),
        moment(59, 1_999_999_999),
        moment(60, 0),
        moment(last, 999_999_999),
        moment(last, 1_999_999_999),
        moment(last + 1, 0),
        DateTime::<Utc>::MAX_UTC,
    ];
    assert!(edges.is_sorted());
    hold(&edges, (SECONDS, 0..2_000_000_000_u32).prop_map(|(seconds, nanos)| moment(seconds, nanos)));
}

#[test]
fn jiff_instant() {
    let edges = [
        jiff::Timestamp::MIN,
        instant(Timestamp::MIN.seconds, -1),
        instant(Timestamp::MIN.seconds, 0),
        instant(-1, -1),
        instant(-1, 0),
        instant(0, -1),
        instant(0, 0),
        instant(0, 1),
        jiff::Timestamp::MAX,
    ];
    assert!(edges.is_sorted());
    let seconds = jiff::Timestamp::MIN.as_second() + 1..jiff::Timestamp::MAX.as_second();
    let nanos = -999_999_999..1_000_000_000;
    hold(&edges, (seconds, nanos).prop_map(|(seconds, nanos)| instant(seconds, nanos)));
}

#[test]
fn chrono_day() {
    let of_days = |days| NaiveDate::from_epoch_days(days).unwrap();
    let mut edges =
        [-719_163, -719_162, -65_536, -1, 0, 1, 65_536, 2_932_896, 2_932_897].map(of_days).to_vec();
    edges.extend([NaiveDate::MIN, NaiveDate::MAX]);
    hold(&edges, DAYS.prop_map(of_days));
}

#[test]
fn jiff_day() {
    let date = jiff::civil::date;
    let edges = [
        jiff::civil::Date::MIN,
        date(-1, 12, 31),
        date(0, 2, 29),
        date(1, 1, 1),
        date(1969, 12, 31),
        date(1970, 1, 1),
        date(1970, 1, 2),
        date(2000, 2, 29),
        date(2149, 6, 7),
        jiff::civil::Date::MAX,
    ];
    let any =
        (-9999..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(move |(year, month, day)| date(year, month, day));
    hold(&edges, any);
}

proptest! {
    #[test]
    fn chrono_and_jiff_say_the_same(seconds in SECONDS, nanos in 0..1_000_000_000_i32) {
        let (of_chrono, days) = (moment(seconds, nanos.cast_unsigned()), seconds.div_euclid(86_400));
        if let Ok(of_jiff) = jiff::Timestamp::new(seconds, nanos) {
            prop_assert_eq!(read(&of_chrono).to_datum(), read(&of_jiff).to_datum());
        }
        if (Timestamp::MIN.seconds..=Timestamp::MAX.seconds).contains(&seconds) {
            let day = NaiveDate::from_epoch_days(days.try_into().unwrap()).unwrap();
            let civil: jiff::civil::Date = day.to_string().parse().unwrap();
            prop_assert_eq!(read(&day).to_datum(), read(&civil).to_datum());
            prop_assert_eq!(read(&day).to_string(), day.to_string());
            let text = of_chrono.format("%FT%T").to_string();
            prop_assert!(read(&of_chrono).to_string().starts_with(&text));
        }
    }
}

#[test]
fn decimal() {
    let edges = [
        Decimal::MIN,
        Decimal::new(-15, 1),
        Decimal::NEGATIVE_ONE,
        Decimal::new(-1, 28),
        -Decimal::ZERO,
        Decimal::ZERO,
        Decimal::new(0, 28),
        Decimal::new(1, 28),
        Decimal::from_i128_with_scale((1 << 96) - 1, 28),
        Decimal::new(11, 1),
        Decimal::new(1_100, 3),
        Decimal::MAX,
    ];
    let mantissa = prop_oneof![-1_000..1_000_i128, 1 - (1_i128 << 96)..1 << 96];
    let any = (mantissa, 0..=28_u32);
    hold(&edges, any.prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale)));
}

#[test]
fn bytes() {
    let longest = [u8::MAX; 1_024];
    let edges: [&[u8]; 9] =
        [b"", b"\0", b"\0\0", b"\0\x01", b"\0\xff", b"\x01", b"\xff", b"\xff\xff", &longest];
    hold(&edges.map(Bytes::copy_from_slice), vec(any::<u8>(), 0..=1_024).prop_map(Bytes::from));
    assert!(Bytes::greatest().as_ref() > longest.as_slice());
}

/// Says at compile time that a type is no value: were it one, `_` would stand for two things.
macro_rules! is_no_value {
    ($($type:ty)*) => {$(
        const _: fn() = || {
            trait Ambiguous<A> {
                fn found() {}
            }
            impl<T> Ambiguous<()> for T {}
            struct AlsoAValue;
            impl<T: Single> Ambiguous<AlsoAValue> for T {}
            <$type as Ambiguous<_>>::found();
        };
    )*};
}

is_no_value!(DateTime<FixedOffset> DateTime<Local> NaiveDateTime jiff::Zoned jiff::civil::DateTime);
