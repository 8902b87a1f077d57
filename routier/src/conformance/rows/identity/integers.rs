//! Integers: growing, with gaps, never given twice.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin, clear};
use crate::conformance::tools::refused;
use crate::{Collection, Entity, ErrorKind, Result};

clauses! {
    "2.2" i_integer: "Integer identities begin with 1 and grow.";
    "2.2" i_batch: "`insert_many` gives each row an identity of its own, in the order of the rows.";
    "2.2" i_apart: "Each collection counts for itself.";
    "2.2" i_deleted: "The identity of a removed row is not given again.";
    "2.2" i_rolled_back: "An identity that a transaction was given is not given again when it is undone.";
    "2.2" i_failed: "An identity that a refused insert was given is not given again.";
    "2.2" i_open: "What an open transaction was given nobody else is given.";
    "2.2" i_brought: "A whole row keeps its own number, and those given after it are greater.";
    "2.2" i_brought_less: "A whole row with a number that was passed, or a negative one, does not turn the count back.";
    "2.2" i_brought_staged: "A number brought along in a transaction counts within it at once.";
    "2.2" i_brought_any_way: "`insert`, `insert_many` and `upsert` of a whole row all move the count past its number.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_rows")]
struct Row {
    #[key]
    #[identity]
    id: i64,
    #[distinct]
    name: Option<String>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_others")]
struct Other {
    #[key]
    #[identity]
    id: u32,
}

const NEW: NewRow = NewRow { name: None };

fn row(id: i64) -> Row {
    Row { id, name: None }
}

fn named(name: &str) -> NewRow {
    NewRow { name: Some(name.to_owned()) }
}

async fn given(rows: &Collection<Row>) -> Result<i64> {
    Ok(rows.insert(NEW).await?.id)
}

/// That they grow, and so are all different.
#[track_caller]
fn grow(given: &[i64]) {
    assert!(given.is_sorted_by(|before, after| before < after), "{given:?}");
}

async fn i_integer(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(given(&rows).await?);
        }
        assert_eq!(ids.first(), Some(&1), "{scope}");
        grow(&ids);
        assert_eq!(rows.query().keys().await?, ids, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_batch(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let mut ids = vec![given(&rows).await?];
        let batch = rows.insert_many(["c", "a", "b"].map(named)).await?;
        let names: Vec<Option<&str>> = batch.iter().map(|row| row.name.as_deref()).collect();
        assert_eq!(names, [Some("c"), Some("a"), Some("b")], "{scope}");
        ids.extend(batch.iter().map(|row| row.id));
        ids.push(given(&rows).await?);
        grow(&ids);
        scope.end().await?;
    }
    Ok(())
}

async fn i_apart(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let (rows, others) = (scope.collection::<Row>().await?, scope.collection::<Other>().await?);
        rows.insert(row(5_000_000_000)).await?;
        assert_eq!(others.insert(NewOther {}).await?.id, 1, "{scope}");
        assert!(given(&rows).await? > 5_000_000_000, "{scope}");
        assert!(others.insert(NewOther {}).await?.id < 100, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_deleted(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let mut ids = vec![given(&rows).await?];
        rows.remove_key(&1).await?;
        ids.push(given(&rows).await?);
        let last = rows.insert(NEW).await?;
        ids.push(last.id);
        rows.remove(&last).await?;
        ids.push(given(&rows).await?);
        clear(&rows).await?;
        ids.push(given(&rows).await?);
        grow(&ids);
        scope.end().await?;
    }
    Ok(())
}

async fn i_rolled_back(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Row>().await?;
    let mut ids = vec![given(&rows).await?];

    let tx = begin(&store).await?;
    ids.push(given(&tx.collection().await?).await?);
    tx.rollback().await?;
    ids.push(given(&rows).await?);

    let tx = begin(&store).await?;
    ids.extend(tx.collection::<Row>().await?.insert_many([NEW, NEW]).await?.iter().map(|row| row.id));
    drop(tx);
    ids.push(given(&rows).await?);

    let tx = begin(&store).await?;
    let staged = tx.collection::<Row>().await?;
    ids.push(given(&staged).await?);
    staged.insert(named("ada")).await?;
    let ada = rows.insert(named("ada")).await?.id;
    refused(tx.commit().await, ErrorKind::Duplicate);
    assert!(ada > ids.last().copied().unwrap_or_default());
    ids.extend([ada, given(&rows).await?]);
    grow(&ids);
    Ok(())
}

async fn i_failed(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let ada = rows.insert(named("ada")).await?.id;
        refused(rows.insert(named("ada")).await, ErrorKind::Duplicate);
        let bob = rows.insert(named("bob")).await?.id;
        refused(rows.insert_many([NEW, named("cyd"), named("bob")]).await, ErrorKind::Duplicate);
        let cyd = rows.insert(named("cyd")).await?.id;
        assert!(bob > ada + 1 && cyd > bob + 3, "{ada} {bob} {cyd} {scope}");
        assert_eq!(rows.query().keys().await?, [ada, bob, cyd], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_open(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Row>().await?;
    let (one, other) = (begin(&store).await?, begin(&store).await?);
    let mut ids = Vec::new();
    for _ in 0..3 {
        for collection in [one.collection().await?, rows.clone(), other.collection().await?] {
            ids.push(given(&collection).await?);
            ids.extend(collection.insert_many([NEW, NEW]).await?.iter().map(|row| row.id));
        }
    }
    grow(&ids);
    other.commit().await?;
    one.commit().await?;
    assert_eq!(rows.query().keys().await?, ids);
    Ok(())
}

async fn i_brought(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let mut ids = vec![given(&rows).await?];
        for own in [20, 41, 70, 9_000_000_000, 1 << 62] {
            assert_eq!(rows.insert(row(own)).await?.id, own, "{scope}");
            ids.extend([own, given(&rows).await?]);
        }
        // the number that would come next, too
        let next = ids.last().copied().unwrap_or_default() + 1;
        rows.insert(row(next)).await?;
        ids.extend([next, given(&rows).await?]);
        grow(&ids);
        let last = ids.last().copied().unwrap_or_default();
        assert!(last < (1 << 62) + 10_000, "the gaps are small: {last} {scope}");
        // the next statement of another transaction goes on behind them, too
        let store = scope.end().await?;
        let again = given(&store.collection().await?).await?;
        assert!(again > last, "{again} after {last}");
    }
    Ok(())
}

async fn i_brought_less(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        let mut ids = vec![given(&rows).await?];
        rows.insert(row(1_000)).await?;
        ids.push(given(&rows).await?);
        for own in [5, 0, -1, -1_000_000, i64::MIN] {
            assert_eq!(rows.insert(row(own)).await?.id, own, "{scope}");
            ids.push(given(&rows).await?);
        }
        grow(&ids);
        assert!(ids.get(1).is_some_and(|id| *id > 1_000), "{ids:?} {scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_brought_staged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Row>().await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Row>().await?;
    staged.insert(row(500)).await?;
    let inside = staged.insert_many([NEW, NEW]).await?;
    assert!(inside.iter().all(|row| row.id > 500), "{inside:?}");
    assert!(inside.is_sorted_by(|before, after| before.id < after.id), "{inside:?}");
    tx.commit().await?;
    let after = given(&rows).await?;
    assert!(inside.iter().all(|row| row.id < after), "{after} after {inside:?}");
    Ok(())
}

async fn i_brought_any_way(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Row>().await?;
        rows.insert(row(100)).await?;
        let first = given(&rows).await?;
        rows.insert_many([row(200), row(300), row(250)]).await?;
        let second = given(&rows).await?;
        rows.upsert(row(400)).await?;
        let third = given(&rows).await?;
        rows.upsert(Row { name: Some("ada".into()), ..row(300) }).await?;
        let fourth = given(&rows).await?;
        let passed = first > 100 && second > 300 && third > 400 && fourth > third;
        assert!(passed, "{first} {second} {third} {fourth} {scope}");
        scope.end().await?;
    }
    Ok(())
}
