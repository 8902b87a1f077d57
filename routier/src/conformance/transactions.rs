//! Transactions: section 4.

mod anomalies;
mod atomic;
mod causes;
mod conflicts;
mod own;
mod serial;
mod undone;
mod unseen;

mod polling;
mod reads;
mod scene;
mod writes;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let isolated = [anomalies::CLAUSES, serial::CLAUSES, own::CLAUSES, unseen::CLAUSES].into_iter().flatten();
    let ended = [undone::CLAUSES, atomic::CLAUSES, causes::CLAUSES].into_iter().flatten();
    isolated.chain(conflicts::clauses()).chain(ended)
}
