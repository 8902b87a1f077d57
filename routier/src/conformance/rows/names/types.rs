//! A collection has one type while it is open.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.11" l_type: "While open, a collection has one Rust type: another with its name is `Schema`, wherever it is opened.";
    "2.11" l_type_same: "Opening a collection again gives the same one.";
    "2.11" l_type_shape: "Another type with the same shape is another type.";
    "2.9" l_name_case: "Two collections whose names differ only by case are refused, whichever is opened first.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "typed_notes")]
struct Note {
    #[key]
    name: String,
    #[index]
    value: i64,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "typed_notes")]
struct OtherNote {
    #[key]
    name: String,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "Typed_Notes")]
struct LoudNote {
    #[key]
    name: String,
}

mod twin {
    use super::{Deserialize, Entity, Serialize};

    #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    #[entity(collection = "typed_notes")]
    pub(super) struct Note {
        #[key]
        name: String,
        #[index]
        value: i64,
    }
}

fn note(name: &str, value: i64) -> Note {
    Note { name: name.to_owned(), value }
}

async fn l_type(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let notes = store.collection::<Note>().await?;
    notes.insert(note("a", 1)).await?;
    let tx = begin(&store).await?;
    for error in [
        refused(store.collection::<OtherNote>().await, ErrorKind::Schema),
        refused(tx.collection::<OtherNote>().await, ErrorKind::Schema),
        refused(store.snapshot().await?.collection::<OtherNote>().await, ErrorKind::Schema),
        refused(store.as_origin("other").collection::<OtherNote>().await, ErrorKind::Schema),
    ] {
        assert_eq!(error.collection(), Some("typed_notes"));
        for part in ["`Note`", "`OtherNote`", "collection = "] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
    }
    // the one that is open is none the worse
    tx.collection::<Note>().await?.insert(note("b", 2)).await?;
    tx.commit().await?;
    assert_eq!(notes.query().keys().await?, ["a", "b"]);
    Ok(())
}

async fn l_type_same(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let first = store.collection::<Note>().await?;
    first.insert(note("a", 1)).await?;
    let tx = begin(&store).await?;
    let views = [store.collection::<Note>().await?, store.clone().collection().await?, first.clone()];
    for view in &views {
        assert_eq!(view.query().keys().await?, ["a"]);
    }
    assert_eq!(tx.collection::<Note>().await?.get("a").await?, first.get("a").await?);
    views[1].insert(note("b", 2)).await?;
    for view in &views {
        assert_eq!(view.query().keys().await?, ["a", "b"]);
    }
    tx.rollback().await?;
    assert_eq!(store.as_origin("other").collection::<Note>().await?.query().count().await?, 2);
    Ok(())
}

async fn l_type_shape(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    store.collection::<Note>().await?;
    refused(store.collection::<twin::Note>().await, ErrorKind::Schema);
    let store = subject.store().await?;
    store.collection::<twin::Note>().await?;
    refused(store.collection::<Note>().await, ErrorKind::Schema);
    Ok(())
}

async fn l_name_case(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    store.collection::<Note>().await?.insert(note("a", 1)).await?;
    let tx = begin(&store).await?;
    for error in [
        refused(store.collection::<LoudNote>().await, ErrorKind::Schema),
        refused(tx.collection::<LoudNote>().await, ErrorKind::Schema),
        refused(store.snapshot().await?.collection::<LoudNote>().await, ErrorKind::Schema),
    ] {
        assert_eq!(error.collection(), Some("Typed_Notes"));
        for part in ["`typed_notes`", "only by case"] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
    }
    tx.rollback().await?;
    let store = subject.store().await?;
    store.collection::<LoudNote>().await?;
    let error = refused(store.collection::<Note>().await, ErrorKind::Schema);
    assert_eq!(error.collection(), Some("typed_notes"));
    Ok(())
}
