//! Every operator on every type, with an index and without: sections 2.1 and 3.2.

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
mod derived;
mod floats;
mod integers;
#[cfg(feature = "jiff")]
mod jiff;
mod plain;
mod table;

use crate::conformance::clause::Clause;

/// The clauses of the types that there are with these features.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let always = [integers::CLAUSES, plain::CLAUSES, floats::CLAUSES, derived::CLAUSES];
    let by_feature: &[&[Clause]] = &[
        #[cfg(feature = "bytes")]
        bytes::CLAUSES,
        #[cfg(feature = "chrono")]
        chrono::CLAUSES,
        #[cfg(feature = "jiff")]
        jiff::CLAUSES,
        #[cfg(feature = "decimal")]
        decimal::CLAUSES,
    ];
    always.into_iter().chain(by_feature.iter().copied()).flatten()
}
