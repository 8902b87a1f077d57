//! The types of other crates, each by its feature.

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(any(feature = "chrono", feature = "jiff"))]
mod refused;

use crate::conformance::Clause;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let all: &[&'static [Clause]] = &[
        #[cfg(feature = "bytes")]
        bytes::CLAUSES,
        #[cfg(feature = "chrono")]
        chrono::CLAUSES,
        #[cfg(feature = "decimal")]
        decimal::CLAUSES,
        #[cfg(feature = "jiff")]
        jiff::CLAUSES,
    ];
    all.iter().copied().flatten().collect::<Vec<_>>().into_iter()
}
