//! Isolation, case by case: section 4.1, and what 2.4, 2.5, 4.2 and 5.1 say beside it.
//!
//! A case is a row of a table: what is there at first, the steps of a few transactions in the order in which one task takes
//! them by hand, what each step sees, and what may come of it at each isolation. The cases are those of Hermitage (Kleppmann,
//! <https://github.com/ept/hermitage>), after Berenson et al., *A critique of ANSI SQL isolation levels* (1995), and Adya,
//! *Weak consistency* (1999), with the read-only anomaly of Fekete, O'Neil and O'Neil (2004), and more about keys,
//! distinct values and versions. Hermitage tells also what a database shows at read committed: routier has no such level.
//!
//! No step waits for another transaction, so that a case is a list of steps; a conflict shows at the commit at the latest. A
//! snapshot is pinned when a transaction begins.
//!
//! Each case of two transactions is also run in every order that their steps can take (PostgreSQL's `isolationtester` is
//! the model), and what is seen is held against all orders of one after the other.

mod anomalies;
mod feeds;
mod interleavings;
mod own;
mod random;
mod skews;
mod unique;
mod versions;

mod judging;
mod playing;
mod row;
mod runner;

pub use self::random::{Interleavings, interleavings};

use self::judging::Case;
use super::clause::Clause;

/// The clauses of these cases.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let cases =
        [anomalies::CLAUSES, skews::CLAUSES, unique::CLAUSES, versions::CLAUSES, own::CLAUSES].into_iter();
    cases.chain([interleavings::CLAUSES, feeds::CLAUSES]).flatten()
}

/// All cases, each once.
fn cases() -> Vec<&'static Case> {
    let all = [anomalies::CASES, skews::CASES, unique::CASES, versions::CASES, own::CASES];
    let mut cases: Vec<&'static Case> = Vec::new();
    for case in all.into_iter().flatten().copied() {
        if !cases.iter().any(|other| other.name == case.name) {
            cases.push(case);
        }
    }
    cases
}
