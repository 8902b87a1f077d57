//! Whose a distinct value is.

use serde::{Deserialize, Serialize};

use super::{STORED, Seat, is_duplicate, seat};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.5" u_own: "A row may be written with the distinct values that it has already.";
    "2.5" u_let_go: "A distinct value is free once its row has let go of it, by an update or a remove.";
    "2.5" u_get_by: "`get_by` finds a row by the values of a group, in any order of the fields, as they are now.";
    "2.5" u_exact: "Distinct text is compared by its bytes: no case, no accent and no space is left out of account.";
    "2.5" u_of_none: "`get_by` finds no row whose field is `None`.";
    "2.5" u_later: "Against a row committed after the snapshot it is still `Duplicate`, and retryable.";
    "2.5" u_seen: "Against a row that the snapshot shows `Duplicate` is not retryable, at the statement already.";
}

async fn u_own(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let seats = scope.collection::<Seat>().await?;
        let [first, ..] = STORED.map(seat);
        let row = seats.insert(first.clone()).await?;
        let row = seats.update(&row, |seat| seat.code = Some(5)).await?;
        seats.upsert(Seat::clone(&row)).await?;
        assert_eq!(seats.modify(&(1, 1), |seat| seat.day = 4).await?.day, 4, "{scope}");
        if scope.writes_by_query() {
            assert_eq!(seats.query().update(|seat| seat.holder = Some("ada".into())).await?, 1, "{scope}");
        }
        let kept = seats.query().all().await?;
        assert_eq!(kept.iter().map(|row| Seat::clone(row)).collect::<Vec<_>>(), [Seat { day: 4, ..first }]);
        scope.end().await?;
    }
    Ok(())
}

async fn u_let_go(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let seats = scope.collection::<Seat>().await?;
        let [first, ..] = STORED;
        let row = seats.insert(seat(first)).await?;
        let row = seats.update(&row, |seat| seat.code = Some(50)).await?;
        let other = seats.insert(seat(((9, 9), (9, None), Some(5)))).await?;
        refused(seats.insert(seat(((8, 8), (8, None), Some(50)))).await, ErrorKind::Duplicate);
        seats.remove(&row).await?;
        seats.update(&other, |seat| seat.code = Some(50)).await?;
        seats.insert(seat(first)).await?;
        assert_eq!(seats.get_by(|s| s.code, 50).await?.map(|seat| seat.line), Some(9), "{scope}");
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(1), "{scope}");
        seats.modify(&(1, 1), |seat| seat.code = None).await?;
        seats.insert(seat(((3, 3), (3, None), Some(5)))).await?;
        assert_eq!(seats.remove_key(&(3, 3)).await?.map(|seat| seat.code), Some(Some(5)), "{scope}");
        seats.upsert(seat(((4, 4), (3, None), Some(5)))).await?;
        for key in seats.query().keys().await? {
            seats.modify(&key, |seat| seat.code = None).await?;
        }
        seats.insert(seat(((5, 5), (5, None), Some(5)))).await?;
        scope.end().await?;
    }
    Ok(())
}

async fn u_get_by(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let seats = scope.collection::<Seat>().await?;
        seats.insert_many(STORED.map(seat)).await?;
        let found = async |day: u32, holder: &str| -> Result<Option<(u32, u32)>> {
            let row = seats.get_by(|s| (s.day, s.holder), (day, holder)).await?;
            let turned = seats.get_by(|s| (s.holder, s.day), (holder, day)).await?;
            assert_eq!(row, turned, "{scope}");
            Ok(row.map(|row| row.key()))
        };
        assert_eq!(found(1, "ada").await?, Some((1, 1)), "{scope}");
        assert_eq!(found(2, "ada").await?, Some((2, 1)), "{scope}");
        assert_eq!((found(3, "ada").await?, found(1, "bob").await?), (None, None), "{scope}");
        seats.modify(&(1, 1), |seat| seat.day = 3).await?;
        assert_eq!((found(1, "ada").await?, found(3, "ada").await?), (None, Some((1, 1))), "{scope}");
        seats.remove_key(&(2, 1)).await?;
        assert_eq!(found(2, "ada").await?, None, "{scope}");
        seats.modify(&(1, 2), |seat| seat.holder = Some("ada".into())).await?;
        assert_eq!(found(1, "ada").await?, Some((1, 2)), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "distinct_words")]
struct Word {
    #[key]
    id: u32,
    #[distinct]
    text: String,
}

async fn u_exact(subject: &Subject) -> Result<()> {
    let texts = [
        "a",
        "A",
        "a ",
        " a",
        "a\t",
        "a\n",
        "\u{e1}",
        "a\u{301}",
        "\u{e9}",
        "e\u{301}",
        "ss",
        "\u{df}",
        "SS",
        "i",
        "I",
        "\u{131}",
        "\u{130}",
        "",
        " ",
        "\u{a0}",
        "\u{200b}",
        "a\u{200b}",
        "\u{ff41}",
        "1",
        "01",
        "1.0",
        "1e0",
        "%",
        "_",
    ];
    for scope in Scope::each(subject).await? {
        let words = scope.collection::<Word>().await?;
        for (id, text) in (0..).zip(texts) {
            words.insert(Word { id, text: text.to_owned() }).await?;
        }
        for (id, text) in (0..).zip(texts) {
            assert_eq!(
                words.get_by(|w| w.text, text).await?.map(|word| word.id),
                Some(id),
                "{text:?} {scope}"
            );
            assert_eq!(words.filter(|w| w.text.eq(text)).keys().await?, [id], "{text:?} {scope}");
            let again = Word { id: 99, text: text.to_owned() };
            refused(words.insert(again).await, ErrorKind::Duplicate);
        }
        scope.end().await?;
    }
    Ok(())
}

async fn u_of_none(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let seats = scope.collection::<Seat>().await?;
        seats.insert(seat(((1, 1), (0, None), None))).await?;
        assert_eq!(seats.get_by(|s| s.code, 0).await?, None, "{scope}");
        assert_eq!(seats.get_by(|s| (s.day, s.holder), (0, "")).await?, None, "{scope}");
        assert_eq!(seats.filter(|s| s.code.is_none()).count().await?, 1, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn u_later(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert(seat(((7, 7), (7, None), None))).await?;
    for way in ["insert", "modify", "key"] {
        let tx = begin(&store).await?;
        let staged = tx.collection::<Seat>().await?;
        let row = seats.insert(seat(((1, 1), (1, Some("ada")), Some(5)))).await?;
        match way {
            "insert" => staged.insert(seat(((9, 9), (1, Some("ada")), None))).await.map(drop)?,
            "modify" => staged.modify(&(7, 7), |seat| seat.code = Some(5)).await.map(drop)?,
            _ => staged.insert(seat(((1, 1), (8, None), None))).await.map(drop)?,
        }
        let error = refused(tx.commit().await, ErrorKind::Duplicate);
        assert!(error.is_retryable(), "{way}: {error}");
        let (fields, value): (&[&str], _) = match way {
            "insert" => (&["day", "holder"], "(1, \"ada\")"),
            "modify" => (&["code"], "5"),
            _ => (&["line", "place"], "(1, 1)"),
        };
        assert!(error.fields().is_some_and(|names| names.iter().eq(fields)), "{way}: {error}");
        assert_eq!((error.value(), error.collection()), (Some(value), Some("distinct_seats")), "{way}");
        seats.remove(&row).await?;
    }
    assert_eq!(seats.query().keys().await?, [(7, 7)]);
    Ok(())
}

async fn u_seen(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    let insert = async |given| refused(staged.insert(seat(given)).await, ErrorKind::Duplicate);
    is_duplicate("a key", &insert(((1, 1), (8, None), None)).await, &["line", "place"], "(1, 1)");
    is_duplicate("a field", &insert(((8, 8), (8, None), Some(6))).await, &["code"], "6");
    let error = insert(((8, 8), (2, Some("ada")), None)).await;
    is_duplicate("a group", &error, &["day", "holder"], "(2, \"ada\")");
    staged.insert(seat(((8, 8), (8, None), Some(8)))).await?;
    tx.commit().await?;
    assert_eq!(seats.query().count().await?, 4);
    Ok(())
}
