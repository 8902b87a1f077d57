//! `jiff::Timestamp` and `jiff::civil::Date`.

use jiff::Timestamp;
use jiff::civil::Date;

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_jiff_instant: "Every operator, order and extreme of `jiff::Timestamp` is that of time, to the nanosecond.";
    "3.2" q_type_jiff_date: "Every operator, order and extreme of `jiff::civil::Date` is that of the calendar.";
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}

fn day(text: &str) -> Date {
    text.parse().unwrap_or_default()
}

family! {
    OfJiff "query_jiff"
    q_type_jiff_instant Timestamp: jiff_instant_plain jiff_instant_optional jiff_instant_bare jiff_instant_bare_optional jiff_instant_list =
        ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "9999-12-30T22:00:00.999999999Z"].map(at),
        ["1969-12-31T23:59:59.999999998Z", "1970-01-01T00:00:00.000000001Z", "2016-12-31T23:59:59Z"].map(at);
    q_type_jiff_date Date: jiff_date_plain jiff_date_optional jiff_date_bare jiff_date_bare_optional jiff_date_list =
        ["0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "9999-12-31"].map(day),
        ["0001-01-02", "1970-01-02", "2000-03-01"].map(day);
}
