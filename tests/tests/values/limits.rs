//! What is not taken back from run time, and what is not stored.

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use routier::value::{DatumRef, Single, Timestamp, is_storable, read, read_many};

const YEARS: Option<&str> = Some("outside the years 1 to 9999");

fn timestamp(seconds: i64, nanos: u32) -> DatumRef<'static> {
    DatumRef::Timestamp(Timestamp { seconds, nanos })
}

fn refuses<T: Single>(datums: &[DatumRef<'_>]) {
    for datum in datums {
        assert!(T::undatum(*datum).is_none(), "{datum:?} is taken");
        assert!(<Option<T::Of>>::undatum(*datum).is_none(), "{datum:?} is taken");
    }
}

#[test]
fn what_does_not_fit_is_not_taken() {
    refuses::<i8>(&[DatumRef::Int(128), DatumRef::Int(-129)]);
    refuses::<i16>(&[DatumRef::Int(1 << 15), DatumRef::Int(-(1 << 15) - 1)]);
    refuses::<i32>(&[DatumRef::Int(1 << 31), DatumRef::Int(i64::MIN)]);
    refuses::<u8>(&[DatumRef::UInt(256)]);
    refuses::<u16>(&[DatumRef::UInt(1 << 16)]);
    refuses::<u32>(&[DatumRef::UInt(1 << 32)]);
    refuses::<[u8; 2]>(&[DatumRef::Bytes(b""), DatumRef::Bytes(b"a"), DatumRef::Bytes(b"abc")]);

    let (low, high) = (DateTime::<Utc>::MIN_UTC.timestamp(), DateTime::<Utc>::MAX_UTC.timestamp());
    refuses::<DateTime<Utc>>(&[
        timestamp(i64::MIN, 0),
        timestamp(low - 1, 999_999_999),
        timestamp(high + 1, 0),
        timestamp(i64::MAX, 0),
        timestamp(0, 2_000_000_000),
        timestamp(0, u32::MAX),
    ]);
    let (low, high) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    refuses::<jiff::Timestamp>(&[
        timestamp(i64::MIN, 0),
        timestamp(low - 1, 999_999_999),
        timestamp(high + 1, 0),
        timestamp(i64::MAX, 0),
        timestamp(0, 1_000_000_000),
        timestamp(0, u32::MAX),
    ]);
    refuses::<NaiveDate>(&[i32::MIN, i32::MAX].map(DatumRef::Date));
    refuses::<jiff::civil::Date>(&[i32::MIN, -4_371_588, 2_932_897, i32::MAX].map(DatumRef::Date));
}

#[test]
fn only_what_has_a_place_in_an_order_and_every_database_is_stored() {
    let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let nan = Some("NaN, which equals nothing and has no place in an order");
    let text = Some("text with the character U+0000");
    let floats = vec![1.0, f64::NAN];
    let texts = vec![Some("a".to_owned()), None, Some("\0".to_owned())];
    for (value, wrong) in [
        (read(&moment("0000-12-31T23:59:59.999999999Z")), YEARS),
        (read(&moment("0001-01-01T00:00:00Z")), None),
        (read(&moment("2016-12-31T23:59:60.999999999Z")), None),
        (read(&moment("9999-12-31T23:59:59.999999999Z")), None),
        (read(&moment("+10000-01-01T00:00:00Z")), YEARS),
        (read(&Some(DateTime::<Utc>::MAX_UTC)), YEARS),
        (read(&day(0, 12, 31)), YEARS),
        (read(&day(1, 1, 1)), None),
        (read(&day(9999, 12, 31)), None),
        (read(&day(10000, 1, 1)), YEARS),
        (read(&jiff::Timestamp::MIN), YEARS),
        (read(&jiff::Timestamp::UNIX_EPOCH), None),
        (read(&jiff::Timestamp::MAX), None),
        (read(&jiff::civil::date(0, 12, 31)), YEARS),
        (read(&jiff::civil::date(1, 1, 1)), None),
        (read(&jiff::civil::Date::MAX), None),
        (read(&f32::NAN), nan),
        (read(&-f64::NAN), nan),
        (read(&Some(f64::NAN)), nan),
        (read(&None::<f64>), None),
        (read(&f64::INFINITY), None),
        (read(&-0.0), None),
        (read_many(&floats), nan),
        (read(&"\0".to_owned()), text),
        (read(&"a\0b".to_owned()), text),
        (read(&"a\u{1}b".to_owned()), None),
        (read_many(&texts), text),
        (read(&[0_u8; 4]), None),
        (read(&Bytes::from_static(b"\0")), None),
        (read(&rust_decimal::Decimal::MAX), None),
    ] {
        assert_eq!(is_storable(value), wrong, "{value:?}");
    }
}
