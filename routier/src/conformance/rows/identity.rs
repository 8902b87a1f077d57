//! Identities that the store gives: section 2.2.

mod ends;
mod integers;
mod outside;
mod uuids;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [uuids::CLAUSES, integers::CLAUSES, ends::CLAUSES, outside::CLAUSES].into_iter().flatten()
}
