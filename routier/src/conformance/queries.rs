//! Queries: section 3.

mod aggregates;
mod arrangement;
mod ask;
mod lists;
mod logic;
mod operators;
mod order;
mod sample;
mod scan;
mod scene;
mod terminals;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [
        operators::CLAUSES,
        lists::CLAUSES,
        logic::CLAUSES,
        order::CLAUSES,
        arrangement::CLAUSES,
        terminals::CLAUSES,
        aggregates::CLAUSES,
        scan::CLAUSES,
    ]
    .into_iter()
    .flatten()
}
