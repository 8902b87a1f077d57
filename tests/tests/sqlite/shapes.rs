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
