//! `jiff::Timestamp` and `jiff::civil::Date`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::key_types::foreign::refused::is_invalid;
use crate::conformance::rows::key_types::held::{self, entities, held};
use crate::{Entity, Error, Result};

clauses! {
    "2.1" k_jiff_instant: "`jiff::Timestamp` is a key, distinct and indexed, to the nanosecond.";
    "2.1" k_jiff_date: "`jiff::civil::Date` is a key, distinct and indexed.";
    "2.1" l_jiff: "An instant or a day of jiff outside the years 1 to 9999 is `Invalid`.";
}

entities! {
    Parts: a Timestamp = Timestamp::UNIX_EPOCH, b Date = Date::constant(1970, 1, 1);
    Fields: a a_, b b_;
}

fn instants<const N: usize>(texts: [&str; N]) -> Result<Vec<Timestamp>> {
    texts.iter().map(|text| text.parse().map_err(Error::other)).collect()
}

async fn k_jiff_instant(subject: &Subject) -> Result<()> {
    let values = instants([
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000000001Z",
        "2026-11-21T12:34:56.123456788Z",
        "2026-11-21T12:34:56.123456789Z",
        // some hours before the end of the year, where jiff has its last
        "9999-12-30T22:00:00.999999999Z",
    ])?;
    held! { subject: Timestamp: Parts a, Fields a a_ = values; }
    Ok(())
}

async fn k_jiff_date(subject: &Subject) -> Result<()> {
    let values = [(1, 1, 1), (1969, 12, 31), (1970, 1, 1), (2024, 2, 29), (2026, 11, 21), (9999, 12, 31)];
    let values = values.map(|(year, month, day)| Date::constant(year, month, day));
    held! { subject: Date: Parts b, Fields b b_ = values; }
    Ok(())
}

async fn l_jiff(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let row = Fields::default;
    for at in instants(["-000001-12-31T23:59:59Z", "0000-12-31T23:59:59.999999999Z"])? {
        is_invalid(&store, "a", Fields { a: Some(at), ..row() }).await?;
        is_invalid(&store, "a_", Fields { a_: Some(at), ..row() }).await?;
    }
    for day in [Date::MIN, Date::constant(0, 12, 31)] {
        is_invalid(&store, "b", Fields { b: Some(day), ..row() }).await?;
        is_invalid(&store, "b_", Fields { b_: Some(day), ..row() }).await?;
    }
    Ok(())
}
