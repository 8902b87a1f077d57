//! Writes through handles that are stale.

use super::{NewNote, Note};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin};
use crate::conformance::tools::refused;
use crate::{Collection, ConflictCause, ErrorKind, Result, Versioned};

clauses! {
    "2.5" v_stale_update: "An update through a handle of an older version is `Conflict`, and changes nothing.";
    "2.5" v_stale_remove: "A remove through a handle of an older version is `Conflict`, and removes nothing.";
    "2.5" v_stale_gone: "A write through a handle of a row that is gone is `Conflict`, and never re-creates the row.";
    "2.5" v_stale_again: "A handle of an earlier life of a key is stale in the next, also where the row is the same.";
    "2.5" v_stale_closure: "The closure of an update through a stale handle changes nothing that anybody sees.";
    "2.5" v_stale_transaction: "A handle that was stale at a transaction's snapshot is `Conflict` there, and the transaction goes on.";
    "2.5" v_stale_at_commit: "A handle that became stale after a transaction's snapshot is `Conflict` at the commit, retryable.";
    "2.5" v_current: "A handle from any read is good for a write while its version is the row's.";
}

/// What a stale handle meets: by both kinds of write, and nothing has changed.
async fn is_stale(
    notes: &Collection<Note>,
    handle: &Versioned<Note>,
    now: Option<&Versioned<Note>>,
) -> Result<()> {
    let before = notes.query().all().await?;
    for error in [
        refused(notes.update(handle, |note| note.value = 9).await, ErrorKind::Conflict),
        refused(notes.remove(handle).await, ErrorKind::Conflict),
    ] {
        let (expected, actual) = (handle.version(), now.map(Versioned::version));
        let cause = ConflictCause::Version { key: format!("{:?}", handle.name), expected, actual };
        assert_eq!(error.cause(), Some(&cause), "{error}");
        assert_eq!(error.collection(), Some("version_notes"), "{error}");
        assert_eq!(error.key(), Some(&*format!("{:?}", handle.name)), "{error}");
        assert!(!error.is_retryable(), "it was stale before: {error}");
    }
    assert_eq!(notes.query().all().await?, before);
    Ok(())
}

async fn v_stale_update(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let old = notes.insert(NewNote::of("a", 1)).await?;
        let new = notes.update(&old, |note| note.value = 2).await?;
        is_stale(&notes, &old, Some(&new)).await?;
        let newest = notes.modify("a", |note| note.value = 3).await?;
        is_stale(&notes, &old, Some(&newest)).await?;
        is_stale(&notes, &new, Some(&newest)).await?;
        let over = notes.upsert(Note::clone(&old)).await?;
        for handle in [&old, &new, &newest] {
            is_stale(&notes, handle, Some(&over)).await?;
        }
        assert_eq!(notes.update(&over, |note| note.value = 5).await?.value, 5, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn v_stale_remove(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let old = notes.insert(NewNote::of("a", 1)).await?;
        let new = notes.update(&old, |note| note.value = 2).await?;
        refused(notes.remove(&old).await, ErrorKind::Conflict);
        assert_eq!(notes.query().all().await?, std::slice::from_ref(&new), "{scope}");
        notes.remove(&new).await?;
        refused(notes.remove(&new).await, ErrorKind::Conflict);
        assert_eq!(notes.query().count().await?, 0, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn v_stale_gone(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let old = notes.insert(NewNote::of("a", 1)).await?;
        let new = notes.update(&old, |note| note.value = 2).await?;
        notes.remove_key("a").await?;
        for handle in [&old, &new] {
            is_stale(&notes, handle, None).await?;
        }
        assert_eq!(notes.get("a").await?, None, "{scope}");
        let store = scope.end().await?;
        assert_eq!(store.collection::<Note>().await?.query().count().await?, 0);
    }
    Ok(())
}

async fn v_stale_again(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let mut earlier = Vec::new();
        for _ in 0..3 {
            let row = notes.insert(NewNote::of("a", 1)).await?;
            for handle in &earlier {
                is_stale(&notes, handle, Some(&row)).await?;
            }
            notes.remove(&row).await?;
            earlier.push(row);
        }
        scope.end().await?;
    }
    Ok(())
}

async fn v_stale_closure(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let old = notes.insert(NewNote::of("a", 1)).await?;
        let new = notes.update(&old, |note| note.value = 2).await?;
        refused(notes.update(&old, |note| note.value = 9).await, ErrorKind::Conflict);
        assert_eq!((old.value, new.value), (1, 2), "{scope}");
        assert_eq!(notes.filter(|n| n.value.eq(9)).count().await?, 0, "{scope}");
        assert_eq!(notes.get("a").await?.as_ref(), Some(&new), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn v_stale_transaction(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let old = notes.insert(NewNote::of("a", 1)).await?;
    let new = notes.update(&old, |note| note.value = 2).await?;
    let gone = notes.insert(NewNote::of("b", 1)).await?;
    notes.remove(&gone).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Note>().await?;
    is_stale(&staged, &old, Some(&new)).await?;
    is_stale(&staged, &gone, None).await?;
    staged.update(&new, |note| note.value = 3).await?;
    tx.commit().await?;
    let values: Vec<i64> = notes.query().all().await?.iter().map(|row| row.value).collect();
    assert_eq!(values, [3]);
    Ok(())
}

async fn v_stale_at_commit(subject: &Subject) -> Result<()> {
    type Meanwhile = &'static str;
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let ways: [(Meanwhile, bool); 4] =
        [("updated", true), ("updated", false), ("removed", true), ("removed", false)];
    for (meanwhile, updates) in ways {
        let row = notes.upsert(Note { name: "a".into(), value: 1, revision: 0 }).await?;
        let tx = begin(&store).await?;
        let staged = tx.collection::<Note>().await?;
        if meanwhile == "updated" {
            notes.update(&row, |note| note.value = 2).await?;
        } else {
            notes.remove(&row).await?;
        }
        let before = notes.get("a").await?;
        // it is what the transaction sees still
        if updates {
            staged.update(&row, |note| note.value = 9).await?;
        } else {
            staged.remove(&row).await?;
        }
        let error = refused(tx.commit().await, ErrorKind::Conflict);
        assert!(error.is_retryable() && error.collection() == Some("version_notes"), "{error}");
        assert_eq!(notes.get("a").await?, before, "{meanwhile} {updates}");
    }
    Ok(())
}

async fn v_current(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let mut changes = notes.changes().await?;
    let mut value = 0;
    notes.insert(NewNote::of("a", value)).await?;
    for way in ["get", "get_many", "query", "stream", "page", "snapshot", "transaction", "feed"] {
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        let tx = begin(&store).await?;
        let row = match way {
            "get" => notes.get("a").await?,
            "get_many" => notes.get_many(["a"]).await?.pop().flatten(),
            "query" => notes.filter(|n| n.name.eq("a")).first().await?,
            "stream" => notes.query().stream().next().await.transpose()?,
            "page" => notes.query().page(1).await?.items().first().cloned(),
            "snapshot" => store.snapshot().await?.collection::<Note>().await?.get("a").await?,
            "transaction" => tx.collection::<Note>().await?.get("a").await?,
            _ => change.after().cloned(),
        };
        drop(tx);
        let Some(row) = row else { panic!("{way} gives nothing") };
        value += 1;
        let newer = notes.update(&row, |note| note.value += 1).await?;
        assert_eq!(newer.value, value, "{way}");
    }
    Ok(())
}
