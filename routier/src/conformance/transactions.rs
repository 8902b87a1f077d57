//! Transactions: section 4.

mod atomic;
mod conflicts;
mod own;
mod undone;
mod unseen;

mod polling;
mod reads;
mod scene;
mod writes;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [own::CLAUSES, unseen::CLAUSES, undone::CLAUSES, atomic::CLAUSES]
        .into_iter()
        .flatten()
        .chain(conflicts::clauses())
}
