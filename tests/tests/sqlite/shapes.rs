//! A database that was written by another version of the program.

use std::sync::atomic::{AtomicU32, Ordering};

use routier::{Entity, ErrorKind, Result, Store, Token};
use serde::{Deserialize, Serialize};

use crate::Place;

mod before {
    use super::*;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "notes")]
    pub(super) struct Note {
        #[key]
        pub(super) id: u32,
        #[index]
        pub(super) title: String,
        #[index]
        pub(super) place: String,
    }
}

/// Another one at each call.
fn level() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(100);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

mod after {
    use super::*;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "notes")]
    pub(super) struct Note {
        #[key]
        pub(super) id: u32,
        pub(super) title: String,
        #[distinct]
        pub(super) place: String,
        #[index]
        #[entity(default(Vec::new()))]
        pub(super) tags: Vec<String>,
        #[index]
        #[entity(default(level()))]
        pub(super) level: u32,
        /// Not written where it is `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[entity(default(Some("new".to_owned())))]
        pub(super) state: Option<String>,
    }
}

mod without {
    use super::*;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "notes")]
    pub(super) struct Note {
        #[key]
        pub(super) id: u32,
        pub(super) title: String,
    }
}

mod broken {
    use super::*;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "notes")]
    pub(super) struct Note {
        #[key]
        pub(super) id: u32,
        #[index]
        pub(super) title: u64,
    }
}

async fn written(place: &Place, places: [&str; 2]) -> Result<()> {
    let store = place.open().await?;
    let notes = store.collection::<before::Note>().await?;
    for (id, place) in (1..).zip(places) {
        notes.insert(before::Note { id, title: format!("note {id}"), place: place.to_owned() }).await?;
    }
    store.close().await
}

#[tokio::test]
async fn fields_and_indexes_come_and_go() -> Result<()> {
    let place = Place::new();
    written(&place, ["here", "there"]).await?;
    let store = place.open().await?;
    let notes = store.collection::<after::Note>().await?;
    assert_eq!(notes.get_by(|n| n.place, "there").await?.unwrap().id, 2);
    assert_eq!(notes.filter(|n| n.tags.contains("x")).count().await?, 0);
    let mut note = notes.get(&1).await?.unwrap().entity().clone();
    note.tags = vec!["x".to_owned()];
    notes.upsert(note).await?;
    assert_eq!(notes.filter(|n| n.tags.contains("x")).count().await?, 1);
    store.close().await?;
    let indexes =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'notes' AND sql IS NOT NULL";
    assert_eq!(place.look().query_row(indexes, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
    Ok(())
}

#[tokio::test]
async fn a_shape_that_does_not_fit_is_refused_and_harms_nothing() -> Result<()> {
    let place = Place::new();
    written(&place, ["here", "here"]).await?;
    let store = place.open().await?;
    let error = store.collection::<broken::Note>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    let error = store.collection::<after::Note>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    assert!(error.to_string().contains("distinct"), "{error}");
    store.close().await?;
    let store = place.open().await?;
    assert_eq!(store.collection::<before::Note>().await?.query().count().await?, 2);
    store.close().await
}

/// Two versions of a program at once: the older one is told what has happened, and the newer one is not disturbed.
#[tokio::test]
async fn who_has_the_shape_of_before_is_told() -> Result<()> {
    let place = Place::new();
    written(&place, ["here", "there"]).await?;
    let old = place.open().await?;
    let theirs = old.collection::<before::Note>().await?;
    let snapshot = old.snapshot().await?;
    let new = place.open().await?;
    let notes = new.collection::<without::Note>().await?;

    let note = |id| before::Note { id, title: String::new(), place: format!("place {id}") };
    let errors = [
        theirs.insert(note(3)).await.unwrap_err(),
        theirs.get(&1).await.map(drop).unwrap_err(),
        theirs.query().all().await.map(drop).unwrap_err(),
        theirs.filter(|n| n.place.ge("h")).count().await.map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
        assert_eq!(error.collection(), Some("notes"), "{error}");
        assert!(error.to_string().contains("another process"), "{error}");
    }
    // What was read before is read on.
    let view = snapshot.collection::<before::Note>().await?;
    assert_eq!(view.query().count().await?, 2);
    assert_eq!(notes.query().count().await?, 2);
    notes.upsert(notes.get(&1).await?.unwrap().entity().clone()).await?;
    Ok(())
}

#[tokio::test]
async fn a_snapshot_from_before_the_shape_was_changed_cannot_be_read() -> Result<()> {
    let place = Place::new();
    written(&place, ["here", "there"]).await?;
    let store = place.open().await?;
    let snapshot = store.snapshot().await?;
    let notes = store.collection::<after::Note>().await?;
    let view = snapshot.collection::<after::Note>().await?;
    for error in [
        view.get(&1).await.map(drop).unwrap_err(),
        view.query().all().await.map(drop).unwrap_err(),
        view.filter(|n| n.tags.contains("x")).count().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::SnapshotExpired, "{error}");
        assert!(error.to_string().contains("another shape"), "{error}");
    }
    assert_eq!(notes.query().count().await?, 2);
    assert_eq!(store.snapshot().await?.collection::<after::Note>().await?.query().count().await?, 2);
    Ok(())
}

/// The level and the state of each row.
async fn given(store: &Store) -> Result<Vec<(u32, u32, Option<String>)>> {
    let rows = store.collection::<after::Note>().await?.query().all().await?;
    Ok(rows.iter().map(|row| (row.id, row.level, row.state.clone())).collect())
}

/// What the feed has after a commit: of each change the level and the state before and after it.
async fn followed(store: &Store, token: Token, n_changes: usize) -> Result<Vec<String>> {
    let mut feed = store.collection::<after::Note>().await?.changes_after(token).await?;
    let mut changes = Vec::new();
    for _ in 0..n_changes {
        let change = feed.next().await.expect("the feed goes on")?;
        let shown =
            |row: Option<&routier::Versioned<after::Note>>| row.map(|row| (row.level, row.state.clone()));
        changes.push(format!("{} {:?} {:?}", change.key(), shown(change.before()), shown(change.after())));
    }
    Ok(changes)
}

#[tokio::test]
async fn old_rows_are_given_one_default_for_ever() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let begin = store.token();
    store.close().await?;
    written(&place, ["here", "there"]).await?;
    let store = place.open().await?;
    let notes = store.collection::<before::Note>().await?;
    notes.modify(&1, |note| note.place.push('!')).await?;
    notes.remove_key(&2).await?;
    let versions: Vec<u64> = notes.query().all().await?.iter().map(|row| row.version()).collect();
    drop(notes);

    let other = place.open().await?;
    let first = given(&other).await?;
    let level = first[0].1;
    assert_eq!(first, [(1, level, Some("new".to_owned()))]);
    let old = format!("({level}, Some(\"new\"))");
    let past = [
        format!("1 None Some({old})"),
        format!("2 None Some({old})"),
        format!("1 Some({old}) Some({old})"),
        format!("2 Some({old}) None"),
    ];
    assert_eq!(followed(&other, begin, 4).await?, past);
    let notes = other.collection::<after::Note>().await?;
    assert_eq!(notes.filter(|n| n.level.eq(level)).count().await?, 1);
    assert_eq!(notes.query().all().await?[0].version(), versions[0]);
    // of a row that is written now, what is left out is left out on purpose
    notes.modify(&1, |note| note.state = None).await?;
    let last = given(&other).await?;
    assert_eq!(last, [(1, level, None)]);
    store.close().await?;
    other.close().await?;

    for opening in 0..2 {
        let store = place.open().await?;
        assert_eq!(given(&store).await?, last, "opening {opening}");
        let changes = followed(&store, begin, 5).await?;
        assert_eq!(changes[..4], past, "opening {opening}");
        assert_eq!(changes[4], format!("1 Some({old}) Some(({level}, None))"), "opening {opening}");
        store.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_opening_that_is_refused_gives_nothing() -> Result<()> {
    let place = Place::new();
    written(&place, ["here", "here"]).await?;
    let store = place.open().await?;
    assert_eq!(given(&store).await.unwrap_err().kind(), ErrorKind::Schema);
    store.close().await?;
    let noted: String =
        place.look().query_row("SELECT defaults FROM routier_collections", [], |row| row.get(0)).unwrap();
    assert_eq!(noted, "[]");
    Ok(())
}
