//! The rows of all cases.

use serde::{Deserialize, Serialize};

use super::judging::Where;
use crate::{Entity, Filter};

/// A row of a case.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "iso_row")]
pub(super) struct Row {
    #[key]
    pub(super) id: u64,
    #[index]
    pub(super) value: i64,
    /// The value once more, in the cases whose values are distinct.
    #[distinct]
    pub(super) mark: Option<i64>,
}

/// Which rows pass, as a filter; `None` where it takes none, or a scan.
pub(super) fn filter(passing: Where, row: <Row as Entity>::Fields) -> Option<Filter<Row>> {
    match passing {
        Where::All | Where::Multiple(_) => None,
        Where::Is(only) => Some(row.value.eq(only)),
        Where::From(least) => Some(row.value.ge(least)),
        Where::Keys(keys) => Some(row.id.one_of(keys.iter().copied())),
    }
}
