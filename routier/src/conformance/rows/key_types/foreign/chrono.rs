//! `chrono::DateTime<Utc>` and `chrono::NaiveDate`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::key_types::foreign::refused::is_invalid;
use crate::conformance::rows::key_types::held::{self, alone, entities, held};
use crate::{Entity, Error, Result};

clauses! {
    "2.1" k_chrono_instant: "`chrono::DateTime<Utc>` is a key, distinct and indexed, to the nanosecond.";
    "2.1" k_chrono_date: "`chrono::NaiveDate` is a key, distinct and indexed.";
    "2.1" l_chrono: "An instant or a day of chrono outside the years 1 to 9999 is `Invalid`.";
}

entities! {
    Parts: a DateTime<Utc> = DateTime::UNIX_EPOCH, b NaiveDate = NaiveDate::default();
    Fields: a a_, b b_;
}

fn instants<const N: usize>(texts: [&str; N]) -> Result<Vec<DateTime<Utc>>> {
    texts.iter().map(|text| text.parse().map_err(Error::other)).collect()
}

fn days<const N: usize>(texts: [&str; N]) -> Result<Vec<NaiveDate>> {
    texts.iter().map(|text| text.parse().map_err(Error::other)).collect()
}

async fn k_chrono_instant(subject: &Subject) -> Result<()> {
    let values = instants([
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000000001Z",
        "2026-11-21T12:34:56.123456788Z",
        "2026-11-21T12:34:56.123456789Z",
        "9999-12-31T23:59:59.999999999Z",
    ])?;
    held! { subject: DateTime<Utc>: Parts a, Fields a a_ = values; }
    alone! { subject: DateTime<Utc> = values; }
    Ok(())
}

async fn k_chrono_date(subject: &Subject) -> Result<()> {
    let values = days(["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "2026-11-21", "9999-12-31"])?;
    held! { subject: NaiveDate: Parts b, Fields b b_ = values; }
    Ok(())
}

async fn l_chrono(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let row = Fields::default;
    for at in instants(["0000-12-31T23:59:59.999999999Z", "+10000-01-01T00:00:00Z"])? {
        is_invalid(&store, "a", Fields { a: Some(at), ..row() }).await?;
        is_invalid(&store, "a_", Fields { a_: Some(at), ..row() }).await?;
    }
    for day in days(["0000-12-31", "+10000-01-01"])? {
        is_invalid(&store, "b", Fields { b: Some(day), ..row() }).await?;
        is_invalid(&store, "b_", Fields { b_: Some(day), ..row() }).await?;
    }
    Ok(())
}
