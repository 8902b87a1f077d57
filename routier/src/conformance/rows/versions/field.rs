//! `#[version]`: a field that is the row's version.

use super::{NewNote, Note, NoteFields};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin, writes_by_query};
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result, Versioned};

clauses! {
    "2.3" v_field: "The version field has the row's version after every kind of write, in handles and in reads.";
    "2.3" v_field_whole: "The version field of a whole row that is inserted or upserted is ignored.";
    "2.3" v_field_update: "An update that changes the version field is `Invalid`, and writes nothing.";
    "2.3" v_field_staged: "Within a transaction the version field of what it wrote is 0.";
    "2.3" v_field_kept: "A handle given inside a transaction shows 0 in the version field for ever, and the committed row its version.";
    "2.3" v_field_asked: "The version field can be asked for and ordered by.";
    "2.3" v_field_feed: "The rows of a change show the versions that they had before it and have after it.";
}

fn shows_its_version(row: &Versioned<Note>) {
    assert!(row.version() != 0 && row.revision == row.version(), "{row:?}");
}

async fn v_field(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let first = notes.insert(NewNote::of("a", 1)).await?;
    let mut rows = vec![first.clone(), notes.update(&first, |note| note.value = 2).await?];
    rows.push(notes.modify("a", |note| note.value = 3).await?);
    rows.push(notes.upsert(Note::clone(&first)).await?);
    if writes_by_query(&store) {
        notes.query().update(|note| note.value = 4).await?;
    }
    rows.push(notes.query().one().await?);
    rows.extend(notes.insert_many(["b", "c"].map(|name| NewNote::of(name, 1))).await?);
    let tx = begin(&store).await?;
    let staged = tx.collection::<Note>().await?;
    staged.insert(NewNote::of("d", 1)).await?;
    staged.query().update(|note| note.value += 1).await?;
    tx.commit().await?;
    rows.extend(notes.query().all().await?);
    rows.extend(notes.get_many(["a", "d"]).await?.into_iter().flatten());
    rows.extend(store.snapshot().await?.collection::<Note>().await?.get("b").await?);
    assert_eq!(rows.len(), 14);
    rows.iter().for_each(shows_its_version);
    Ok(())
}

async fn v_field_whole(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let note = |name: &str| Note { name: name.to_owned(), value: 1, revision: 99 };
        let mut given = vec![notes.insert(note("a")).await?];
        given.extend(notes.insert_many([note("b"), note("c")]).await?);
        given.push(notes.upsert(note("d")).await?);
        given.push(notes.upsert(note("a")).await?);
        assert!(given.iter().all(|row| row.revision != 99), "{given:?} {scope}");
        let store = scope.end().await?;
        let rows = store.collection::<Note>().await?.query().all().await?;
        assert_eq!(rows.len(), 4);
        rows.iter().for_each(shows_its_version);
    }
    Ok(())
}

async fn v_field_update(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let notes = scope.collection::<Note>().await?;
        let row = notes.insert(NewNote::of("a", 1)).await?;
        let change = |note: &mut Note| (note.value, note.revision) = (9, note.revision + 1);
        let mut errors = vec![
            refused(notes.update(&row, change).await, ErrorKind::Invalid),
            refused(notes.modify("a", change).await, ErrorKind::Invalid),
        ];
        if scope.writes_by_query() {
            errors.push(refused(notes.query().update(change).await, ErrorKind::Invalid));
        }
        for error in errors {
            assert_eq!(error.fields(), Some(&["revision".into()][..]), "{error} {scope}");
            assert_eq!(error.key(), Some("\"a\""), "{error} {scope}");
        }
        assert_eq!(notes.query().all().await?, [row], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn v_field_staged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    store.collection::<Note>().await?.insert(NewNote::of("a", 1)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Note>().await?;
    let Some(read) = staged.get("a").await? else { panic!("it was inserted") };
    shows_its_version(&read);
    let mut given = vec![staged.update(&read, |note| note.value = 2).await?];
    given.push(staged.insert(NewNote::of("b", 2)).await?);
    given.push(staged.modify("a", |note| note.value = 3).await?);
    given.push(staged.upsert(Note { name: "c".into(), value: 1, revision: 8 }).await?);
    given.extend(staged.insert_many([NewNote::of("d", 4)]).await?);
    given.extend(staged.query().all().await?);
    assert_eq!(given.len(), 9);
    for row in &given {
        assert_eq!((row.version(), row.revision), (0, 0), "{row:?}");
    }
    assert_eq!(staged.filter(|n| n.revision.eq(0)).count().await?, 4);
    tx.rollback().await
}

async fn v_field_kept(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Note>().await?;
    let given = staged.insert(NewNote::of("a", 1)).await?;
    tx.commit().await?;
    let Some(stored) = notes.get("a").await? else { panic!("it was committed") };
    shows_its_version(&stored);
    assert_eq!((given.revision, given.version()), (0, stored.version()));
    let newer = notes.update(&given, |note| note.value = 2).await?;
    shows_its_version(&newer);
    assert_eq!(given.revision, 0);
    Ok(())
}

async fn v_field_asked(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    for name in ["b", "a", "c"] {
        notes.insert(NewNote::of(name, 1)).await?;
    }
    let row = notes.modify("b", |note| note.value = 2).await?;
    let by_version = |version: u64| notes.filter(move |n: NoteFields| n.revision.eq(version));
    assert_eq!(by_version(row.version()).keys().await?, ["b"]);
    assert_eq!(by_version(0).count().await?, 0);
    let mut rows = notes.query().all().await?;
    rows.sort_by_key(|row| row.version());
    assert_eq!(notes.query().order_by(|n| n.revision.asc()).all().await?, rows);
    Ok(())
}

async fn v_field_feed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    let mut changes = notes.changes().await?;
    let first = notes.insert(NewNote::of("a", 1)).await?;
    let second = notes.update(&first, |note| note.value = 2).await?;
    notes.remove(&second).await?;
    for (before, after) in [(None, Some(&first)), (Some(&first), Some(&second)), (Some(&second), None)] {
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!((change.before(), change.after()), (before, after));
        [change.before(), change.after()].into_iter().flatten().for_each(shows_its_version);
    }
    Ok(())
}
