//! Entities that are never encoded.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result, Store};

clauses! {
    "2.10" c_transient[TRANSIENT]: "Where rows are never encoded, an entity may be anything: neither serde nor `Clone` is asked for.";
    "2.10" c_transient_clone[TRANSIENT]: "A transient entity that is `Clone` has every way to write.";
    "2.10" c_transient_refused[ENCODED]: "Where rows are encoded, a transient entity is `Unsupported` when its collection opens.";
    "2.9" c_transient_checked: "Where rows are checked, a transient entity is `Unsupported` when its collection opens.";
}

/// Holds what no encoding can.
#[derive(Entity)]
#[entity(transient, collection = "transient_handlers", index(group, name))]
struct Handler {
    #[key]
    id: u64,
    #[distinct]
    name: String,
    #[index]
    group: Option<u8>,
    call: Box<dyn Fn(u64) -> u64 + Send + Sync>,
}

#[derive(Entity, Clone)]
#[entity(transient, collection = "transient_steps")]
struct Step {
    #[key]
    #[identity]
    id: u64,
    #[index]
    cost: u32,
    call: fn(u64) -> u64,
    #[version]
    revision: u64,
}

fn handler(id: u64, name: &str) -> Handler {
    Handler { id, name: name.to_owned(), group: Some(1), call: Box::new(move |given| given + id) }
}

async fn c_transient(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Handler>().await?;
        rows.insert_many([handler(2, "b"), handler(1, "a")]).await?;
        let row = rows.upsert(handler(3, "c")).await?;
        assert_eq!((row.call)(10), 13, "{scope}");
        let Some(found) = rows.get_by(|r| r.name, "b").await? else { panic!("b is not found {scope}") };
        assert_eq!((found.call)(10), 12, "{scope}");
        assert_eq!(rows.filter(|r| r.group.eq(1)).keys().await?, [1, 2, 3], "{scope}");
        assert!(rows.insert(handler(4, "a")).await.is_err(), "{scope}");
        rows.remove(&row).await?;
        assert!(rows.remove_key(&1).await?.is_some(), "{scope}");
        let store = scope.end().await?;
        assert_eq!(store.collection::<Handler>().await?.query().keys().await?, [2]);
    }
    Ok(())
}

async fn c_transient_clone(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Step>().await?;
        let row = rows.insert(NewStep { cost: 1, call: |given| given + 1 }).await?;
        let row = rows.update(&row, |step| step.call = |given| given * 2).await?;
        assert_eq!((row.call)(10), 20, "{scope}");
        rows.modify(&row.id, |step| step.cost = 2).await?;
        if scope.writes_by_query() {
            assert_eq!(
                rows.filter(|r| r.cost.eq(2)).update(|step| step.call = |given| given + given).await?,
                1,
                "{scope}"
            );
        }
        let store = scope.end().await?;
        let kept = store.collection::<Step>().await?.query().one().await?;
        assert_eq!((kept.cost, (kept.call)(3), kept.revision), (2, 6, kept.version()));
    }
    Ok(())
}

async fn is_unsupported(store: &Store) -> Result<()> {
    let snapshot = store.snapshot().await?;
    for error in [
        refused(store.collection::<Handler>().await.map(drop), ErrorKind::Unsupported),
        refused(snapshot.collection::<Handler>().await.map(drop), ErrorKind::Unsupported),
        refused(store.collection::<Handler>().await.map(drop), ErrorKind::Unsupported),
    ] {
        assert_eq!(error.collection(), Some("transient_handlers"));
        for part in ["`Handler`", "transient", "Serialize"] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
    }
    Ok(())
}

async fn c_transient_refused(subject: &Subject) -> Result<()> {
    is_unsupported(&subject.store().await?).await
}

async fn c_transient_checked(subject: &Subject) -> Result<()> {
    is_unsupported(&subject.build(Store::builder().checked(true)).await?).await
}
