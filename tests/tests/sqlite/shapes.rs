//! A database that was written by another version of the program.

use routier::{Entity, ErrorKind, Result};
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
        #[serde(default)]
        #[entity(default(Vec::new()))]
        pub(super) tags: Vec<String>,
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
    assert_eq!(place.look().query_row(indexes, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
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
