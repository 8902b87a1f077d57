//! Values that a type has and a field of it may not hold.

use std::fmt::Debug;

use crate::conformance::rows::scope::{clear, writes_by_query};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result, Store};

/// A row that every way to write refuses for a field; the row with its key is there afterwards as it was.
pub(super) async fn is_invalid<E>(store: &Store, field: &str, row: E) -> Result<()>
where
    E: Entity<Key = u32> + Clone + Debug + PartialEq + Default,
{
    let rows = store.collection::<E>().await?;
    clear(&rows).await?;
    let inserted = [
        refused(rows.insert(row.clone()).await, ErrorKind::Invalid),
        refused(rows.insert_many([row.clone()]).await, ErrorKind::Invalid),
        refused(rows.upsert(row.clone()).await, ErrorKind::Invalid),
    ];
    let start = rows.insert(E::default()).await?;
    let (first, second, third) = (row.clone(), row.clone(), row.clone());
    let mut changed = vec![
        refused(rows.update(&start, |start| *start = first).await, ErrorKind::Invalid),
        refused(rows.modify(&start.key(), |start| *start = second.clone()).await, ErrorKind::Invalid),
        refused(rows.upsert(row.clone()).await, ErrorKind::Invalid),
    ];
    if writes_by_query(store) {
        let outcome = rows.query().update(move |start| *start = third.clone()).await;
        changed.push(refused(outcome, ErrorKind::Invalid));
    }
    for error in inserted.iter().chain(&changed) {
        assert_eq!(error.fields(), Some(&[field.to_owned().into()][..]), "{error}");
        assert!(error.value().is_some(), "{error}");
    }
    assert_eq!(rows.query().all().await?, [start], "nothing is written");
    Ok(())
}
