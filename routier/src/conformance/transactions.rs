//! Transactions: section 4.

mod anomalies;
mod atomic;
mod causes;
mod closing;
mod conflicts;
mod ended;
mod failures;
mod handles;
mod outcomes;
mod own;
mod pauses;
mod reruns;
mod serial;
mod singles;
mod snapshots;
mod statements;
mod undone;
mod unseen;
mod user_code;

mod clock;
mod losing;
mod polling;
mod reads;
mod scene;
mod side;
mod writes;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let isolated = [anomalies::CLAUSES, serial::CLAUSES, own::CLAUSES, unseen::CLAUSES].into_iter().flatten();
    let ended = [undone::CLAUSES, outcomes::CLAUSES, atomic::CLAUSES, causes::CLAUSES, ended::CLAUSES]
        .into_iter()
        .flatten();
    let retried = [reruns::CLAUSES, pauses::CLAUSES, failures::CLAUSES, singles::CLAUSES, user_code::CLAUSES]
        .into_iter()
        .flatten();
    let beside =
        [handles::CLAUSES, statements::CLAUSES, snapshots::CLAUSES, closing::CLAUSES].into_iter().flatten();
    isolated.chain(conflicts::clauses()).chain(ended).chain(retried).chain(beside)
}
