//! What only a storage that outlives its process can show: opening again, crashes, damage, other shapes of old rows.

mod crashes;
mod damage;
mod entities;
mod files;
mod fitting;
mod life;
mod locks;
mod numbers;
mod shapes;
mod tokens;
mod undone;

use super::clause::Clause;
use super::need::Need;

/// The clauses about durability.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [
        numbers::CLAUSES,
        fitting::CLAUSES,
        crashes::CLAUSES,
        tokens::CLAUSES,
        undone::CLAUSES,
        damage::CLAUSES,
        locks::CLAUSES,
        files::CLAUSES,
        WITHOUT_A_CHECK,
    ]
    .into_iter()
    .flatten()
}

/// What is still to be shown.
const WITHOUT_A_CHECK: &[Clause] = &[
    clause(
        "2.11",
        "d_row_corrupt",
        "A row that does not decode is `Corrupt` with its key, and the others stay readable.",
        Need::DURABLE,
    ),
    clause(
        "7.5",
        "d_outcome",
        "The outcome of a commit whose answer was lost can be asked for by its id.",
        Need::OUTCOMES,
    ),
];

const fn clause(section: &'static str, name: &'static str, text: &'static str, need: Need) -> Clause {
    Clause { name, section, text, module: module_path!(), need, check: None }
}
