//! Rows, keys, versions, errors: sections 2 and 6.

mod identity;
mod key_types;
mod keys;
mod scope;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [keys::CLAUSES].into_iter().flatten().chain(key_types::clauses()).chain(identity::clauses())
}
