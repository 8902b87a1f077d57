//! Inserts: what the store fills in, and that a batch is one commit or none.

use routier::{Entity, ErrorKind};
use routier_tests::stores::{on_each, on_each_kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entities::{NewPlayer, Player};
use crate::scopes::{fails, in_each_scope};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Small {
    #[key]
    #[identity]
    id: u8,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Signed {
    #[key]
    #[identity]
    id: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wide {
    #[key]
    #[identity]
    id: u128,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Event {
    #[key]
    #[identity]
    id: Uuid,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Document {
    #[key]
    #[identity]
    id: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Ticket {
    #[key]
    name: String,
    #[identity]
    number: u64,
    #[entity(default(7))]
    size: u32,
    #[entity(default(Some("none".to_owned())))]
    note: Option<String>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Word {
    #[key]
    text: String,
}

fn ticket(name: &str) -> NewTicket {
    NewTicket { name: name.to_owned(), size: None, note: None }
}

#[tokio::test]
async fn the_store_fills_in_what_a_new_struct_leaves_out() {
    in_each_scope::<Ticket>(async |tickets| {
        let first = tickets.insert(ticket("a")).await?;
        assert_eq!(
            *first,
            Ticket { name: "a".into(), number: 1, size: 7, note: Some("none".into()) },
            "defaults"
        );
        let given = NewTicket { size: Some(8), note: Some(None), ..ticket("b") };
        let second = tickets.insert(given).await?;
        assert_eq!(*second, Ticket { name: "b".into(), number: 2, size: 8, note: None }, "given");
        assert_eq!(tickets.get("b").await?.as_deref(), Some(&*second));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_entity_with_nothing_to_fill_in_is_inserted_as_itself() {
    in_each_scope::<Word>(async |words| {
        let word = words.insert(Word { text: "tree".into() }).await?;
        assert_eq!(words.get("tree").await?, Some(word));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_brought_identity_is_kept_and_moves_the_counter() {
    in_each_scope::<Signed>(async |rows| {
        assert_eq!(rows.insert(NewSigned {}).await?.id, 1);
        let mut last = 1;
        for own in [-5, 20, 70, 60, 9_000_000_000, i64::MIN] {
            assert_eq!(rows.insert(Signed { id: own }).await?.id, own);
            let given = rows.insert(NewSigned {}).await?.id;
            assert!(
                given > own && given > last,
                "{given} was given after {own} was brought and {last} given"
            );
            last = given;
        }
        assert_eq!(rows.upsert(Signed { id: last + 1 }).await?.id, last + 1, "an upsert brings one too");
        assert!(rows.insert(NewSigned {}).await?.id > last + 1);
        assert!(last < 9_000_000_100, "the gaps are small");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn identities_are_exhausted_at_the_end_of_their_type() {
    in_each_scope::<Small>(async |rows| {
        rows.insert(Small { id: 253 }).await?;
        assert_eq!(rows.insert(NewSmall {}).await?.id, 254);
        let error = fails(rows.insert_many([NewSmall {}, NewSmall {}]).await, ErrorKind::Exhausted);
        assert_eq!(error.collection(), Some("small"));
        assert!(!error.is_retryable());
        assert_eq!(rows.query().keys().await?, [253, 254], "all or nothing");
        assert_eq!(rows.insert(Small { id: 255 }).await?.id, 255, "one may still be brought");
        fails(rows.insert(NewSmall {}).await, ErrorKind::Exhausted);
        assert_eq!(rows.query().count().await?, 3);
        Ok(())
    })
    .await;
    in_each_scope::<Wide>(async |rows| {
        assert_eq!(rows.insert(NewWide {}).await?.id, 1);
        assert_eq!(rows.insert(Wide { id: u128::from(u64::MAX) }).await?.id, u128::from(u64::MAX));
        assert!(rows.insert(NewWide {}).await?.id > u128::from(u64::MAX));
        Ok(())
    })
    .await;
    on_each(async |store| {
        let rows = store.collection::<Wide>().await?;
        rows.insert(Wide { id: u128::MAX }).await?;
        fails(rows.insert(NewWide {}).await, ErrorKind::Exhausted);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_identity_is_never_given_twice() {
    on_each(async |store| {
        let rows = store.collection::<Signed>().await?;
        let mut given = vec![rows.insert(NewSigned {}).await?.id];

        rows.remove_key(&given[0]).await?;
        given.push(rows.insert(NewSigned {}).await?.id);

        let tx = store.begin().await?;
        given.push(tx.collection::<Signed>().await?.insert(NewSigned {}).await?.id);
        tx.rollback().await?;
        given.push(rows.insert(NewSigned {}).await?.id);

        drop(
            store
                .begin()
                .await?
                .collection::<Signed>()
                .await?
                .insert(NewSigned {})
                .await
                .map(|row| given.push(row.id)),
        );
        given.extend(rows.insert_many([NewSigned {}, NewSigned {}]).await?.iter().map(|row| row.id));

        let sorted = given.is_sorted_by(|before, after| before < after);
        assert!(sorted, "{given:?} grow");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_insert_that_fails_takes_its_identity_along() {
    in_each_scope::<Player>(async |players| {
        players.insert(NewPlayer::named("ada", 1)).await?;
        fails(players.insert(NewPlayer::named("ada", 2)).await, ErrorKind::Duplicate);
        assert!(players.insert(NewPlayer::named("bob", 3)).await?.id > 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn uuids_are_of_version_7_and_ascend_through_all_stores() {
    let mut ids = Vec::new();
    on_each_kind(async |kind| {
        let (one, other) = (kind.open().await?, kind.open().await?);
        for store in [&one, &other, &one] {
            let events = store.collection::<Event>().await?;
            ids.push(events.insert(NewEvent {}).await?.id);
            ids.extend(events.insert_many([NewEvent {}, NewEvent {}]).await?.iter().map(|row| row.id));
            let documents = store.collection::<Document>().await?;
            let text = documents.insert(NewDocument {}).await?.id.clone();
            ids.push(Uuid::parse_str(&text).expect("the text of a UUID"));
            let tx = store.begin().await?;
            ids.push(tx.collection::<Event>().await?.insert(NewEvent {}).await?.id);
        }
        let own = Uuid::from_u128(5);
        let events = one.collection::<Event>().await?;
        assert_eq!(events.insert(Event { id: own }).await?.id, own, "one may be brought");
        Ok(())
    })
    .await;
    assert!(ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
    assert!(ids.is_sorted_by(|before, after| before < after), "{ids:?}");
}

#[tokio::test]
async fn an_identity_outside_the_key_is_distinct_and_never_changes() {
    in_each_scope::<Ticket>(async |tickets| {
        let first = tickets.insert(ticket("a")).await?;
        assert_eq!(tickets.get_by(|t| t.number, 1_u64).await?.as_ref(), Some(&first));

        let same_number = Ticket { name: "b".into(), ..Ticket::clone(&first) };
        let error = fails(tickets.insert(same_number).await, ErrorKind::Duplicate);
        assert_eq!((error.fields(), error.value()), (Some(&["number".into()][..]), Some("1")));

        let error = fails(tickets.update(&first, |ticket| ticket.number = 9).await, ErrorKind::Invalid);
        assert_eq!((error.fields(), error.value()), (Some(&["number".into()][..]), Some("9")));
        fails(tickets.modify("a", |ticket| ticket.number = 9).await, ErrorKind::Invalid);
        let changed = tickets.filter(|t| t.name.eq("a")).update(|ticket| ticket.number = 9).await;
        fails(changed, ErrorKind::Invalid);
        let error =
            fails(tickets.upsert(Ticket { number: 9, ..Ticket::clone(&first) }).await, ErrorKind::Invalid);
        assert_eq!((error.key(), error.value()), (Some("\"a\""), Some("9")));
        assert_eq!(tickets.get("a").await?.as_deref(), Some(&*first));

        let kept = tickets.upsert(Ticket { size: 1, ..Ticket::clone(&first) }).await?;
        assert_eq!((kept.number, kept.size), (1, 1));
        tickets.upsert(Ticket { name: "c".into(), number: 20, size: 2, note: None }).await?;
        assert!(tickets.insert(ticket("d")).await?.number > 20);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_upsert_ends_whose_key_reads_like_a_value_that_is_taken() {
    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Person {
        #[key]
        name: String,
        #[identity]
        number: u64,
        #[distinct]
        alias: String,
    }
    on_each(async |store| {
        let people = store.collection::<Person>().await?;
        people.insert(NewPerson { name: "bob".into(), alias: "ada".into() }).await?;
        let error = fails(
            people.upsert(Person { name: "ada".into(), number: 5, alias: "ada".into() }).await,
            ErrorKind::Duplicate,
        );
        assert_eq!(error.fields(), Some(&["alias".into()][..]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_one_commit_in_the_given_order() {
    in_each_scope::<Player>(async |players| {
        let rows = players.insert_many(["b", "a", "c"].map(|name| NewPlayer::named(name, 1))).await?;
        let handles: Vec<&str> = rows.iter().map(|row| row.handle.as_str()).collect();
        assert_eq!(handles, ["b", "a", "c"]);
        assert!(rows.iter().all(|row| row.version() == rows[0].version()));
        assert_eq!(players.query().all().await?.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2, 3]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_empty_batch_is_no_commit() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let before = store.token();
        assert!(players.insert_many(Vec::<NewPlayer>::new()).await?.is_empty());
        assert_eq!(store.token(), before);
        Ok(())
    })
    .await;
}

/// A batch that must fail over stored rows 1 (`ada`) and 2 (`bob`).
struct Batch {
    name: &'static str,
    rows: &'static [(u64, &'static str)],
    kind: ErrorKind,
    fields: &'static [&'static str],
    value: Option<&'static str>,
}

const NUL: &str = "\0";

const BATCHES: &[Batch] = &[
    Batch {
        name: "the key of a stored row",
        rows: &[(3, "c"), (1, "d")],
        kind: ErrorKind::Duplicate,
        fields: &["id"],
        value: Some("1"),
    },
    Batch {
        name: "a key twice in the batch",
        rows: &[(3, "c"), (4, "d"), (3, "e")],
        kind: ErrorKind::Duplicate,
        fields: &["id"],
        value: Some("3"),
    },
    Batch {
        name: "a distinct value of a stored row",
        rows: &[(3, "c"), (4, "bob")],
        kind: ErrorKind::Duplicate,
        fields: &["handle"],
        value: Some("\"bob\""),
    },
    Batch {
        name: "a distinct value twice in the batch",
        rows: &[(3, "c"), (4, "d"), (5, "c")],
        kind: ErrorKind::Duplicate,
        fields: &["handle"],
        value: Some("\"c\""),
    },
    Batch {
        name: "a value that is never taken",
        rows: &[(3, "c"), (4, NUL)],
        kind: ErrorKind::Invalid,
        fields: &["handle"],
        value: Some("\"\\0\""),
    },
];

#[tokio::test]
async fn a_batch_is_inserted_whole_or_not_at_all() {
    in_each_scope::<Player>(async |players| {
        let stored = players.insert_many(["ada", "bob"].map(|name| NewPlayer::named(name, 1))).await?;
        for case in BATCHES {
            let template = Player::clone(&stored[0]);
            let whole = |(id, handle): &(u64, &str)| Player {
                id: *id,
                handle: (*handle).to_owned(),
                ..template.clone()
            };
            let error =
                fails(players.insert_many(case.rows.iter().map(whole).collect::<Vec<_>>()).await, case.kind);
            let fields: Vec<&str> = error.fields().unwrap_or_default().iter().map(|field| &**field).collect();
            assert_eq!((fields.as_slice(), error.value()), (case.fields, case.value), "{}", case.name);
            assert_eq!(error.collection(), Some("players"), "{}", case.name);
            assert!(!error.is_retryable(), "{}", case.name);
            assert_eq!(players.query().all().await?, stored, "{}", case.name);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_version_of_a_whole_row_is_ignored() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let row = Player::clone(&*players.insert(NewPlayer::named("ada", 1)).await?);
        let cleared =
            |id: u64, handle: &str| Player { id, handle: handle.to_owned(), revision: 99, ..row.clone() };
        let inserted = players.insert(cleared(10, "b")).await?;
        let many = players.insert_many([cleared(11, "c")]).await?;
        let upserted = players.upsert(cleared(12, "d")).await?;
        for row in [&inserted, &many[0], &upserted] {
            assert_ne!(row.revision, 99);
            assert_eq!(row.revision, row.version());
            assert_eq!(players.get(&row.id).await?.as_ref(), Some(row));
        }
        Ok(())
    })
    .await;
}
