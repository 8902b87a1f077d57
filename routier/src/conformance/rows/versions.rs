//! Versions, and the field that follows them: sections 2.3 to 2.5.

mod field;
mod lives;
mod stale;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [field::CLAUSES, lives::CLAUSES, stale::CLAUSES].into_iter().flatten()
}

/// A row with a field that follows its version.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "version_notes")]
struct Note {
    #[key]
    name: String,
    #[index]
    value: i64,
    #[version]
    revision: u64,
}

impl NewNote {
    fn of(name: &str, value: i64) -> Self {
        Self { name: name.to_owned(), value }
    }
}
