//! Errors: section 6.

mod about;
mod own;
mod provoked;
mod shown;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [about::CLAUSES, shown::CLAUSES, own::CLAUSES].into_iter().flatten()
}
