//! Rows, keys, versions, errors: sections 2 and 6.

mod checked;
mod distinct;
mod errors;
mod failures;
mod handles;
mod identity;
mod inserts;
mod key_types;
mod keys;
mod limits;
mod names;
mod player;
mod query_writes;
mod scope;
mod texts;
mod updates;
mod versions;

use super::clause::Clause;

/// The clauses of these sections.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    let alone = [keys::CLAUSES, inserts::CLAUSES, updates::CLAUSES, query_writes::CLAUSES, texts::CLAUSES];
    let grouped = key_types::clauses()
        .chain(identity::clauses())
        .chain(versions::clauses())
        .chain(handles::clauses())
        .chain(distinct::clauses())
        .chain(failures::clauses())
        .chain(limits::clauses())
        .chain(names::clauses())
        .chain(checked::clauses())
        .chain(errors::clauses());
    alone.into_iter().flatten().chain(grouped)
}
