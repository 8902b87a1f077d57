//! Names of collections and fields: section 2.9; and one type for each collection: section 2.11.

mod described;
mod hostile;
mod meaning;
mod types;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [hostile::CLAUSES, meaning::CLAUSES, types::CLAUSES].into_iter().flatten()
}
