//! Where the numbers of a type end.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, clear};
use crate::conformance::tools::refused;
use crate::{Collection, Entity, ErrorKind, Insert, Result};

clauses! {
    "2.2" i_types: "Integers are identities, from 1 to the end of their type.";
    "2.2" i_exhausted: "An insert behind the last number of the type is `Exhausted`, and writes nothing.";
    "2.2" i_exhausted_batch: "A batch that the type has too few numbers for is refused whole.";
    "2.2" i_exhausted_brought: "A whole row may still be inserted where the store has no number left to give.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_small")]
struct Small {
    #[key]
    #[identity]
    id: u8,
}

/// The first identity, the last ones, and what comes after them, of a type.
macro_rules! ends {
    ($scope:ident: $($name:ident $type:ty),*) => {$({
        #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[entity(new = "New")]
        struct $name {
            #[key]
            #[identity]
            id: $type,
        }

        let rows = $scope.collection::<$name>().await?;
        is_ended(&rows, || New {}, |id| $name { id }, [1, <$type>::MAX - 2, <$type>::MAX]).await?;
    })*};
}

async fn is_ended<E, N>(
    rows: &Collection<E>,
    new: fn() -> N,
    row: fn(E::Key) -> E,
    [first, near, last]: [E::Key; 3],
) -> Result<()>
where
    E: Entity<Key: PartialOrd + Debug> + Clone + Debug,
    N: Insert<E>,
{
    assert_eq!(rows.insert(new()).await?.key(), first);
    rows.insert(row(near.clone())).await?;
    let given = rows.insert(new()).await?.key();
    assert!(near < given && given <= last, "{given:?} is given after {near:?}");
    rows.upsert(row(last.clone())).await?;
    let error = refused(rows.insert(new()).await, ErrorKind::Exhausted);
    assert_eq!(error.collection(), Some(rows.name()));
    let mut keys = vec![first, near, given, last];
    keys.dedup();
    assert_eq!(rows.query().keys().await?, keys);
    Ok(())
}

async fn i_types(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        // the others are between these
        ends!(scope: EndsI8 i8, EndsI64 i64, EndsU64 u64, EndsU128 u128);
        scope.end().await?;
    }
    Ok(())
}

async fn i_exhausted(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Small>().await?;
        let mut last = rows.insert(Small { id: 250 }).await?.id;
        let error = loop {
            match rows.insert(NewSmall {}).await {
                Ok(row) => {
                    assert!(row.id > last, "{} after {last} {scope}", row.id);
                    last = row.id;
                }
                Err(error) => break error,
            }
        };
        assert_eq!(
            (error.kind(), error.collection()),
            (ErrorKind::Exhausted, Some("identity_small")),
            "{scope}"
        );
        assert!(!error.is_retryable(), "{scope}");
        let before = rows.query().keys().await?;
        refused(rows.insert(NewSmall {}).await, ErrorKind::Exhausted);
        // it does not begin anew among those that were removed
        clear(&rows).await?;
        refused(rows.insert(NewSmall {}).await, ErrorKind::Exhausted);
        assert!(before.len() <= 6 && !rows.query().exists().await?, "{before:?} {scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_exhausted_batch(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Small>().await?;
        rows.insert(Small { id: 252 }).await?;
        let batch = std::iter::repeat_with(|| NewSmall {});
        refused(rows.insert_many(batch.take(4).collect::<Vec<_>>()).await, ErrorKind::Exhausted);
        refused(rows.insert_many(batch.take(300).collect::<Vec<_>>()).await, ErrorKind::Exhausted);
        assert_eq!(rows.query().keys().await?, [252], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_exhausted_brought(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Small>().await?;
        rows.insert(Small { id: 255 }).await?;
        refused(rows.insert(NewSmall {}).await, ErrorKind::Exhausted);
        rows.insert(Small { id: 7 }).await?;
        rows.insert_many([Small { id: 0 }, Small { id: 254 }]).await?;
        assert_eq!(rows.query().keys().await?, [0, 7, 254, 255], "{scope}");
        refused(rows.insert(Small { id: 7 }).await, ErrorKind::Duplicate);
        scope.end().await?;
    }
    Ok(())
}
