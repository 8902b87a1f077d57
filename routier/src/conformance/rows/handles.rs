//! What the store hands out: sections 2.7 and 2.8.

mod shared;
mod staged;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [shared::CLAUSES, staged::CLAUSES].into_iter().flatten()
}
