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
    ]
    .into_iter()
    .flatten()
}
