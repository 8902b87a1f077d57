//! Every way to write a row, and what each makes of a row that is too much.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::rows::scope::{Scope, clear};
use crate::env::sync::Arc;
use crate::{Collection, Entity, ErrorKind, Result};

/// A row with every place that a value can have.
#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(collection = "limit_samples", index(left, number, right), distinct(code, number))]
pub(super) struct Sample {
    #[key]
    pub(super) id: u32,
    #[index]
    pub(super) text: String,
    #[index]
    pub(super) note: Option<String>,
    #[distinct]
    pub(super) name: Option<String>,
    #[index]
    pub(super) tags: Vec<String>,
    pub(super) left: String,
    pub(super) number: u64,
    pub(super) right: String,
    pub(super) code: Option<String>,
    #[index]
    pub(super) ratio: f64,
    #[index]
    pub(super) share: Option<f32>,
    #[index]
    pub(super) ratios: Vec<f64>,
    pub(super) bio: String,
}

/// What makes a row of one without anything.
pub(super) type Change = Arc<dyn Fn(&mut Sample) + Send + Sync>;

/// The kind of error, and the fields that it is about; `None` where the row is taken.
pub(super) type Refusal = Option<(ErrorKind, &'static [&'static str])>;

#[derive(Clone, Copy, Debug)]
enum Way {
    Insert,
    InsertMany,
    Upsert,
    UpsertOver,
    Update,
    Modify,
    QueryUpdate,
}

const WAYS: [Way; 7] =
    [Way::Insert, Way::InsertMany, Way::Upsert, Way::UpsertOver, Way::Update, Way::Modify, Way::QueryUpdate];

/// Writes the row: as a new one with the key 7, or over the one with the key 1.
async fn write(way: Way, samples: &Collection<Sample>, change: &Change) -> Result<()> {
    let row = |id: u32| {
        let mut row = Sample { id, ..Sample::default() };
        change(&mut row);
        row
    };
    let again = Arc::clone(change);
    let change = move |sample: &mut Sample| again(sample);
    match way {
        Way::Insert => samples.insert(row(7)).await.map(drop),
        Way::InsertMany => {
            samples.insert_many([Sample { id: 6, ..Sample::default() }, row(7)]).await.map(drop)
        }
        Way::Upsert => samples.upsert(row(7)).await.map(drop),
        Way::UpsertOver => samples.upsert(row(1)).await.map(drop),
        Way::Update => {
            let Some(handle) = samples.get(&1).await? else { panic!("it was inserted") };
            samples.update(&handle, change).await.map(drop)
        }
        Way::Modify => samples.modify(&1, change).await.map(drop),
        Way::QueryUpdate => samples.filter(|s| s.id.eq(1)).update(change).await.map(drop),
    }
}

/// That every way to write, alone and in a transaction, takes the row, or refuses it and writes nothing.
pub(super) async fn is_met(
    subject: &Subject,
    what: &str,
    refused: Refusal,
    change: impl Fn(&mut Sample) + Send + Sync + 'static,
) -> Result<()> {
    let change: Change = Arc::new(change);
    for scope in Scope::each(subject).await? {
        let samples = scope.collection::<Sample>().await?;
        for way in WAYS {
            let what = format!("{what} by {way:?} {scope}");
            if matches!(way, Way::QueryUpdate) && !scope.writes_by_query() {
                continue;
            }
            clear(&samples).await?;
            samples.insert(Sample { id: 1, ..Sample::default() }).await?;
            let before = samples.query().all().await?;
            match (write(way, &samples, &change).await, refused) {
                (Ok(()), None) => is_there(&what, &samples, &change).await?,
                (Ok(()), Some(_)) => panic!("{what} is taken"),
                (Err(error), None) => panic!("{what}: {error}"),
                (Err(error), Some((kind, fields))) => {
                    assert_eq!(
                        (error.kind(), error.collection()),
                        (kind, Some("limit_samples")),
                        "{what}: {error}"
                    );
                    assert!(error.fields().is_some_and(|names| names.iter().eq(fields)), "{what}: {error}");
                    assert!(!error.is_retryable(), "{what}: {error}");
                    assert_eq!(samples.query().all().await?, before, "{what}");
                }
            }
        }
        scope.end().await?;
    }
    Ok(())
}

/// That the row was written as it was given.
async fn is_there(what: &str, samples: &Collection<Sample>, change: &Change) -> Result<()> {
    let rows = samples.query().all().await?;
    let written = rows.iter().find(|row| {
        let mut given = Sample { id: row.id, ..Sample::default() };
        change(&mut given);
        ***row == given
    });
    assert!(written.is_some(), "{what}: {rows:?}");
    Ok(())
}
