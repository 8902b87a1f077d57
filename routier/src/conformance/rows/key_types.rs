//! The types that keys, distinct fields and indexes have: section 2.1.

#[cfg(any(feature = "bytes", feature = "chrono", feature = "decimal", feature = "jiff"))]
mod foreign;
mod held;
mod own;

use crate::conformance::Clause;

/// The clauses of the types that are there whatever the features, and of those of other crates.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    #[cfg(any(feature = "bytes", feature = "chrono", feature = "decimal", feature = "jiff"))]
    let foreign = foreign::clauses();
    #[cfg(not(any(feature = "bytes", feature = "chrono", feature = "decimal", feature = "jiff")))]
    let foreign = std::iter::empty();
    own::CLAUSES.iter().chain(foreign)
}
