//! The change feed: section 5.

mod changes;
mod commits;
mod entities;
mod given;
mod net;
mod nothing;
mod origins;
mod short;
mod whole;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [commits::CLAUSES, net::CLAUSES, nothing::CLAUSES, changes::CLAUSES, whole::CLAUSES, origins::CLAUSES]
        .into_iter()
        .flatten()
}
