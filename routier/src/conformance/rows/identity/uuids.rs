//! UUIDs and their text.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin};
use crate::{Entity, Error, Result, SequentialIds, Store, Value};

clauses! {
    "2.2" i_uuid: "A `Uuid` identity is of version 7, and each is greater than all before it, whoever inserts.";
    "2.2" i_text: "A `String` identity is the text of such a UUID.";
    "2.2" i_newtype: "A newtype is given what the type in it would be given.";
    "2.2" i_generator: "Identities come from the generator that the store was built with.";
    "2.2" i_uuid_brought: "A whole row keeps the UUID that it brings along.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_events")]
struct Event {
    #[key]
    #[identity]
    id: Uuid,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_documents")]
struct Document {
    #[key]
    #[identity]
    id: String,
}

#[derive(Value, Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Number(u16);

#[derive(Value, Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
struct Mark(Uuid);

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_marked")]
struct Marked {
    #[key]
    #[identity]
    id: Mark,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_numbered")]
struct Numbered {
    #[key]
    #[identity]
    id: Number,
}

async fn i_uuid(subject: &Subject) -> Result<()> {
    let stores = [subject.store().await?, subject.store().await?];
    let mut ids = Vec::new();
    for store in [&stores[0], &stores[1], &stores[0]] {
        let events = store.collection::<Event>().await?;
        ids.push(events.insert(NewEvent {}).await?.id);
        ids.extend(
            events.insert_many([NewEvent {}, NewEvent {}, NewEvent {}]).await?.iter().map(|row| row.id),
        );
        let tx = begin(store).await?;
        let staged = tx.collection::<Event>().await?;
        ids.push(staged.insert(NewEvent {}).await?.id);
        ids.push(events.insert(NewEvent {}).await?.id);
        ids.push(staged.insert(NewEvent {}).await?.id);
        tx.commit().await?;
        assert!(events.get_many(&ids).await?.iter().flatten().count() >= 7);
    }
    assert!(ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
    assert!(ids.is_sorted_by(|before, after| before < after), "{ids:?}");
    Ok(())
}

async fn i_text(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let documents = scope.collection::<Document>().await?;
        let mut ids = vec![documents.insert(NewDocument {}).await?.id.clone()];
        ids.extend(
            documents.insert_many([NewDocument {}, NewDocument {}]).await?.iter().map(|row| row.id.clone()),
        );
        assert!(ids.is_sorted_by(|before, after| before < after), "{ids:?} {scope}");
        for id in &ids {
            let uuid = Uuid::parse_str(id).map_err(Error::other)?;
            assert_eq!((uuid.get_version_num(), uuid.to_string()), (7, id.clone()), "{scope}");
            assert!(documents.get(id).await?.is_some(), "{id} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn i_newtype(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let marked = scope.collection::<Marked>().await?;
        let (first, second) = (marked.insert(NewMarked {}).await?.id, marked.insert(NewMarked {}).await?.id);
        assert!(first.0.get_version_num() == 7 && first < second, "{first:?} {second:?} {scope}");
        let numbered = scope.collection::<Numbered>().await?;
        assert_eq!(numbered.insert(NewNumbered {}).await?.id, Number(1), "{scope}");
        numbered.insert(Numbered { id: Number(7) }).await?;
        assert!(numbered.insert(NewNumbered {}).await?.id > Number(7), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_generator(subject: &Subject) -> Result<()> {
    // the store may have drawn some for itself: what matters is where they come from
    let known = |id: Uuid| id.as_u128() >> 64 == 0x7000 && id.as_u128() & 0xffff_ffff < 1_000;
    let store = subject.build(Store::builder().ids(SequentialIds::new())).await?;
    let event = store.collection::<Event>().await?.insert(NewEvent {}).await?;
    assert!(known(event.id), "{}", event.id);
    let tx = begin(&store).await?;
    let document = tx.collection::<Document>().await?.insert(NewDocument {}).await?;
    assert!(known(Uuid::parse_str(&document.id).map_err(Error::other)?), "{}", document.id);
    tx.commit().await
}

async fn i_uuid_brought(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let events = scope.collection::<Event>().await?;
        for own in [Uuid::nil(), Uuid::from_u128(5), Uuid::max()] {
            assert_eq!(events.insert(Event { id: own }).await?.id, own, "{scope}");
        }
        let given = events.insert(NewEvent {}).await?.id;
        assert!(Uuid::nil() < given && given < Uuid::max(), "{given} {scope}");
        let documents = scope.collection::<Document>().await?;
        assert_eq!(documents.insert(Document { id: "mine".into() }).await?.id, "mine", "{scope}");
        documents.insert(NewDocument {}).await?;
        assert_eq!(documents.query().count().await?, 2, "{scope}");
        scope.end().await?;
    }
    Ok(())
}
