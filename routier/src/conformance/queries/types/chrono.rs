//! `chrono::DateTime<Utc>` and `chrono::NaiveDate`.

use chrono::{DateTime, NaiveDate, Utc};

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_chrono_instant: "Every operator, order and extreme of `chrono::DateTime<Utc>` is that of time, to the nanosecond.";
    "3.2" q_type_chrono_date: "Every operator, order and extreme of `chrono::NaiveDate` is that of the calendar.";
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_default()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

family! {
    OfChrono "query_chrono"
    q_type_chrono_instant DateTime<Utc>: chrono_instant_plain chrono_instant_optional chrono_instant_bare chrono_instant_bare_optional chrono_instant_list =
        ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"].map(at),
        ["1969-12-31T23:59:59.999999998Z", "1970-01-01T00:00:00.000000001Z", "2016-12-31T23:59:59Z"].map(at);
    q_type_chrono_date NaiveDate: chrono_date_plain chrono_date_optional chrono_date_bare chrono_date_bare_optional chrono_date_list =
        ["0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "9999-12-31"].map(day),
        ["0001-01-02", "1970-01-02", "2000-03-01"].map(day);
}
