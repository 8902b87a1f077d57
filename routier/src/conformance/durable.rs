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
mod undecodable;
mod undone;

use super::clause::Clause;
use super::need::Need;

/// The clauses about durability.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [
        numbers::CLAUSES,
        fitting::CLAUSES,
        undecodable::CLAUSES,
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

/// What a store cannot be asked yet.
const WITHOUT_A_CHECK: &[Clause] = &[clause(
    "7.5",
    "d_outcome",
    "The outcome of a commit whose answer was lost can be asked for by its id.",
    Need::OUTCOMES,
)];

const fn clause(section: &'static str, name: &'static str, text: &'static str, need: Need) -> Clause {
    Clause { name, section, text, module: module_path!(), need, check: None }
}
