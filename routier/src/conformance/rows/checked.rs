//! Rows that an encoding would change: section 2.9, `checked(true)`; and rows that are never encoded: section 2.10.

mod kept;
mod large;
mod lost;
mod transient;

use crate::conformance::{Clause, Subject};
use crate::{Collection, Entity, Result, Store};

use super::scope::Scope;

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [kept::CLAUSES, lost::CLAUSES, large::CLAUSES, transient::CLAUSES].into_iter().flatten()
}

/// Both scopes of checked stores.
async fn scopes(subject: &Subject) -> Result<[Scope; 2]> {
    Scope::each_of(subject, Store::builder().checked(true)).await
}

/// Every way to write: a new row, and one in the place of another.
const WAYS: [&str; 7] =
    ["insert", "insert_many", "upsert", "upsert over", "update", "modify", "query update"];

/// The ways there are in a scope.
fn ways(scope: &Scope) -> impl Iterator<Item = &'static str> {
    let all = scope.writes_by_query();
    WAYS.into_iter().filter(move |way| all || *way != "query update")
}

/// What becomes of a row by one way, over an empty collection or one with a row of the same key, which is there again
/// afterwards.
async fn written<E>(way: &str, rows: &Collection<E>, sound: &E, row: &E) -> Result<Result<()>>
where
    E: Entity<Key = u64> + Clone,
{
    let handle = rows.upsert(sound.clone()).await?;
    let (key, given) = (handle.key(), row.clone());
    if matches!(way, "insert" | "insert_many" | "upsert") {
        rows.remove(&handle).await?;
    }
    let outcome = match way {
        "insert" => rows.insert(given).await.map(drop),
        "insert_many" => rows.insert_many([given]).await.map(drop),
        "upsert" | "upsert over" => rows.upsert(given).await.map(drop),
        "update" => rows.update(&handle, |row| *row = given).await.map(drop),
        "modify" => rows.modify(&key, |row| *row = given.clone()).await.map(drop),
        _ => rows.query().update(move |row| *row = given.clone()).await.map(drop),
    };
    rows.upsert(sound.clone()).await?;
    Ok(outcome)
}
