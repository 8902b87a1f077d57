//! The change feed: section 5.

mod begun;
mod changes;
mod closing;
mod commits;
mod entities;
mod given;
mod history;
mod lists;
mod net;
mod nothing;
mod origins;
mod past;
mod short;
mod texts;
mod tokens;
mod transitions;
mod wakes;
mod watches;
mod whole;
mod windows;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [
        commits::CLAUSES,
        net::CLAUSES,
        nothing::CLAUSES,
        changes::CLAUSES,
        whole::CLAUSES,
        origins::CLAUSES,
        tokens::CLAUSES,
        texts::CLAUSES,
        history::CLAUSES,
        begun::CLAUSES,
        closing::CLAUSES,
        watches::CLAUSES,
        transitions::CLAUSES,
        windows::CLAUSES,
        lists::CLAUSES,
        wakes::CLAUSES,
    ]
    .into_iter()
    .flatten()
}
