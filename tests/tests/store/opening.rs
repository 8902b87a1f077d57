//! Opening collections: one name is one type.

use routier::{Entity, ErrorKind};
use routier_tests::stores::on_each;
use serde::{Deserialize, Serialize};

use crate::entities::Note;
use crate::scopes::fails;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "notes")]
struct OtherNote {
    #[key]
    name: String,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "Notes")]
struct LoudNote {
    #[key]
    name: String,
}

#[derive(Entity, Clone, Debug)]
#[entity(transient)]
struct Passing {
    #[key]
    id: u64,
}

#[tokio::test]
async fn a_collection_has_one_type() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        notes.insert(Note::new("a", 1)).await?;
        let error = fails(store.collection::<OtherNote>().await, ErrorKind::Schema);
        assert_eq!(error.collection(), Some("notes"));
        for part in ["`Note`", "`OtherNote`", "collection = "] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
        let error = fails(store.collection::<LoudNote>().await, ErrorKind::Schema);
        assert_eq!(error.collection(), Some("Notes"));
        for part in ["`notes`", "only by case"] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
        let tx = store.begin().await?;
        fails(tx.collection::<OtherNote>().await, ErrorKind::Schema);
        fails(store.snapshot().await?.collection::<LoudNote>().await, ErrorKind::Schema);
        tx.collection::<Note>().await?.insert(Note::new("b", 2)).await?;
        tx.commit().await?;
        assert_eq!(store.as_origin("other").collection::<Note>().await?.query().keys().await?, ["a", "b"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn two_that_open_at_once_get_one_collection() {
    on_each(async |store| {
        let (first, second, wrong) = tokio::join!(
            store.collection::<Note>(),
            store.collection::<Note>(),
            store.collection::<OtherNote>()
        );
        fails(wrong, ErrorKind::Schema);
        first?.insert(Note::new("a", 1)).await?;
        assert_eq!(second?.query().keys().await?, ["a"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_serde_does_not_know_stays_in_memory() {
    on_each(async |store| {
        let passing = store.collection::<Passing>().await?;
        passing.insert(Passing { id: 1 }).await?;
        assert_eq!(passing.modify(&1, |_| ()).await?.id, 1);
        Ok(())
    })
    .await;
}
