//! What a declared field holds, and how much: section 2.9.

mod indexed;
mod keys;
mod values;
mod ways;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [keys::CLAUSES, indexed::CLAUSES, values::CLAUSES].into_iter().flatten()
}
