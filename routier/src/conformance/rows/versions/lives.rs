//! Versions are never given twice to a key.

use std::collections::BTreeSet;

use super::{NewNote, Note};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{begin, writes_by_query};
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result};

clauses! {
    "2.4" v_never_twice: "A version is never given twice to a key, over all its lives.";
    "2.4" v_rolled_back: "What was undone gives its version to nothing that a stale handle could match.";
    "2.4" v_unchanged: "An update that changes no field is a write: the version changes, and older handles are stale.";
    "2.4" v_kept: "A row keeps its version while others are written, and the same version stands in every read of it.";
    "2.4" v_not_zero: "A committed row has a version other than 0.";
}

async fn v_never_twice(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let mut given = Vec::new();
    for value in 0..6 {
        let row = notes.insert(NewNote::of("a", value)).await?;
        given.push(row.version());
        let row = notes.update(&row, |note| note.value += 1).await?;
        given.push(row.version());
        given.push(notes.modify("a", |_| ()).await?.version());
        given.push(notes.upsert(Note::clone(&row)).await?.version());
        if writes_by_query(&store) {
            notes.query().update(|note| note.value += 1).await?;
            given.push(notes.filter(|n| n.name.eq("a")).one().await?.version());
        }

        let tx = begin(&store).await?;
        let staged = tx.collection::<Note>().await?;
        staged.remove_key("a").await?;
        let row = staged.insert(NewNote::of("a", value)).await?;
        tx.commit().await?;
        given.push(row.version());
        let removed = notes.remove_key("a").await?;
        assert_eq!(removed.map(|row| row.version()), given.last().copied());
        // another key in between, and two lives within one transaction
        notes.upsert(Note { name: "b".into(), value, revision: 0 }).await?;
    }
    let different: BTreeSet<u64> = given.iter().copied().collect();
    assert_eq!(different.len(), given.len(), "{given:?}");
    Ok(())
}

async fn v_rolled_back(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let kept = notes.insert(NewNote::of("a", 1)).await?;
    for end in ["rolled back", "dropped", "refused"] {
        let tx = begin(&store).await?;
        let staged = tx.collection::<Note>().await?;
        let undone =
            [staged.modify("a", |note| note.value = 5).await?, staged.insert(NewNote::of("b", 1)).await?];
        // the commit that takes the number that the transaction could have had
        let other = notes.insert(NewNote::of("b", 1)).await?;
        match end {
            "rolled back" => tx.rollback().await?,
            "dropped" => drop((tx, staged)),
            _ => drop(refused(tx.commit().await, ErrorKind::Duplicate)),
        }
        for handle in &undone {
            assert_eq!((handle.version(), handle.revision), (0, 0), "{end}");
            refused(notes.update(handle, |note| note.value = 9).await, ErrorKind::Conflict);
            refused(notes.remove(handle).await, ErrorKind::Conflict);
        }
        assert_ne!(other.version(), kept.version(), "{end}");
        assert_eq!(notes.query().all().await?, [kept.clone(), other.clone()], "{end}");
        notes.remove(&other).await?;
    }
    Ok(())
}

async fn v_unchanged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let mut changes = notes.changes().await?;
    let first = notes.insert(NewNote::of("a", 1)).await?;
    let second = notes.update(&first, |_| ()).await?;
    let third = notes.modify("a", |_| ()).await?;
    let fourth = notes.upsert(Note::clone(&third)).await?;
    let mut rows = vec![first, second, third, fourth];
    if writes_by_query(&store) {
        assert_eq!(notes.query().update(|_| ()).await?, 1);
        rows.push(notes.query().one().await?);
    }
    for (place, row) in rows.iter().enumerate() {
        assert_eq!((row.value, &row.name), (1, &"a".to_owned()));
        assert!(rows.iter().take(place).all(|other| other.version() != row.version()), "{rows:?}");
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!(change.version(), row.version(), "each of them is in the feed");
        if place + 1 < rows.len() {
            refused(notes.update(row, |_| ()).await, ErrorKind::Conflict);
        }
    }
    Ok(())
}

async fn v_kept(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let kept = notes.insert(NewNote::of("a", 1)).await?;
    for value in 0..5 {
        notes.upsert(Note { name: "b".into(), value, revision: 0 }).await?;
        notes.insert(NewNote::of("c", value)).await?;
        notes.remove_key("c").await?;
        let tx = begin(&store).await?;
        let seen = [
            notes.get("a").await?,
            notes.query().first().await?,
            notes.filter(|n| n.value.eq(1) & n.name.eq("a")).first().await?,
            store.snapshot().await?.collection::<Note>().await?.get("a").await?,
            tx.collection::<Note>().await?.get("a").await?,
            tx.collection::<Note>().await?.query().first().await?,
        ];
        for row in seen.iter().flatten() {
            assert_eq!((row.version(), row), (kept.version(), &kept), "{value}");
        }
        assert_eq!(seen.iter().flatten().count(), seen.len(), "{value}");
    }
    notes.update(&kept, |note| note.value = 2).await?;
    Ok(())
}

async fn v_not_zero(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    // the first commit of all
    assert_ne!(notes.insert(NewNote::of("a", 1)).await?.version(), 0);
    assert_ne!(notes.query().one().await?.version(), 0);
    let tx = begin(&store).await?;
    let row = tx.collection::<Note>().await?.modify("a", |note| note.value = 2).await?;
    tx.commit().await?;
    assert_ne!(row.version(), 0);
    Ok(())
}
