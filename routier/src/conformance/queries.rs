//! Queries: section 3.

mod aggregates;
mod arrangement;
mod ask;
mod cursors;
mod lists;
mod logic;
mod meanwhile;
mod operators;
mod order;
mod pages;
mod paths;
mod points;
mod sample;
mod scan;
mod scene;
mod staged;
mod states;
mod survival;
mod terminals;
mod types;
mod writes;

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
        points::CLAUSES,
        pages::CLAUSES,
        cursors::CLAUSES,
        survival::CLAUSES,
        paths::CLAUSES,
        scan::CLAUSES,
        states::CLAUSES,
        staged::CLAUSES,
        writes::CLAUSES,
    ]
    .into_iter()
    .flatten()
    .chain(types::clauses())
}
