//! Distinct fields and groups: section 2.5.

mod bring;
mod swaps;
mod values;

use serde::{Deserialize, Serialize};

use crate::conformance::Clause;
use crate::{Entity, Error, ErrorKind};

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [bring::CLAUSES, values::CLAUSES, swaps::CLAUSES].into_iter().flatten()
}

/// A place in a line, which somebody holds on a day.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "distinct_seats", distinct(day, holder))]
struct Seat {
    #[key]
    line: u32,
    #[key]
    place: u32,
    day: u32,
    holder: Option<String>,
    #[distinct]
    code: Option<u64>,
}

/// A row as `(line, place)`, `(day, holder)`, code.
type Given = ((u32, u32), (u32, Option<&'static str>), Option<u64>);

/// What is there before.
const STORED: [Given; 3] =
    [((1, 1), (1, Some("ada")), Some(5)), ((1, 2), (1, None), None), ((2, 1), (2, Some("ada")), Some(6))];

fn seat(((line, place), (day, holder), code): Given) -> Seat {
    Seat { line, place, day, holder: holder.map(str::to_owned), code }
}

/// That an error says which fields have which value already, and that this will not change.
fn is_duplicate(what: &str, error: &Error, fields: &[&str], value: &str) {
    assert_eq!(
        (error.kind(), error.collection()),
        (ErrorKind::Duplicate, Some("distinct_seats")),
        "{what}: {error}"
    );
    let names: Vec<&str> = error.fields().unwrap_or_default().iter().map(|name| &**name).collect();
    assert_eq!((names.as_slice(), error.value()), (fields, Some(value)), "{what}: {error}");
    assert!(!error.is_retryable(), "{what}: {error}");
}
