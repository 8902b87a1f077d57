//! What a cursor is good for, and what is none: section 3.7.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::pages::{ids, page};
use crate::conformance::queries::sample::{Item, samples};
use crate::conformance::queries::scene::{Scene, begin};
use crate::conformance::tools::refused;
use crate::{Collection, Cursor, Entity, ErrorKind, Find, Result, Store};

clauses! {
    "3.7" q_cursor_text: "A cursor goes through its text and back, whatever the values in it.";
    "3.7" q_cursor_serde: "A cursor goes through serde and back, and what is no cursor does not deserialize.";
    "3.7" q_cursor_scopes: "A cursor is good in the store, in a snapshot and in a transaction alike.";
    "3.7" q_cursor_other_filter: "A cursor is `BadCursor` for a query with another filter.";
    "3.7" q_cursor_other_order: "A cursor is `BadCursor` for a query with another order.";
    "3.7" q_cursor_other_collection: "A cursor is `BadCursor` for another collection.";
    "3.7" q_cursor_altered: "A cursor of which one character was changed is `BadCursor`.";
    "3.7" q_cursor_cut: "A cursor that was cut short or went on is `BadCursor`, and so is any other text.";
    "3.7" q_cursor_rebuilt: "The same query, built anew and with equal operands, takes the cursor.";
}

async fn filled(subject: &Subject) -> Result<(Store, Collection<Item>)> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    Ok((store, items))
}

/// Cursors over values of every kind that the items have.
fn kinds(items: &Collection<Item>) -> [Find<Item>; 8] {
    [
        items.query(),
        items.query().order_by(|i| i.score.desc()),
        items.query().order_by(|i| i.group.asc()),
        items.query().order_by(|i| i.name.asc()).then_by(|i| i.nick.desc()),
        items.query().order_by(|i| i.label.asc()),
        items.query().order_by(|i| i.open.desc()).then_by(|i| i.rank.asc()),
        items.query().order_by(|i| i.alias.desc()),
        items.filter(|i| i.tags.contains_any(["a", "b"]) | i.rank.eq(super::sample::Rank::Novice)),
    ]
}

/// The cursor behind every row but the last.
async fn cursors(find: &Find<Item>) -> Result<Vec<Cursor>> {
    let mut cursors: Vec<Cursor> = Vec::new();
    while let Some(cursor) = page(find, cursors.last(), 1).await?.next() {
        cursors.push(cursor.clone());
        assert!(cursors.len() < 100, "pages without an end");
    }
    Ok(cursors)
}

async fn q_cursor_text(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    for (place, find) in kinds(&items).iter().enumerate() {
        let found = cursors(find).await?;
        assert!(found.len() > 5, "query {place}");
        for cursor in found {
            let text = cursor.to_string();
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
            let read: Cursor = text.parse()?;
            assert_eq!((&read, read.to_string()), (&cursor, text), "query {place}");
            let (one, other) = (page(find, Some(&cursor), 3).await?, page(find, Some(&read), 3).await?);
            assert_eq!((ids(&one), one.next()), (ids(&other), other.next()), "query {place}");
        }
    }
    Ok(())
}

async fn q_cursor_serde(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    for find in kinds(&items) {
        for cursor in cursors(&find).await? {
            let json = serde_json::to_string(&cursor).unwrap_or_default();
            let read: Option<Cursor> = serde_json::from_str(&json).ok();
            assert_eq!(read, Some(cursor), "{json}");
            let altered = json.replacen(|char: char| char.is_alphanumeric(), "", 1);
            assert!(serde_json::from_str::<Cursor>(&altered).is_err(), "{altered}");
        }
    }
    for text in ["7", "\"\"", "null", "\"no cursor\"", "[]"] {
        assert!(serde_json::from_str::<Cursor>(text).is_err(), "{text}");
    }
    Ok(())
}

async fn q_cursor_scopes(subject: &Subject) -> Result<()> {
    let (store, items) = filled(subject).await?;
    let snapshot = store.snapshot().await?.collection::<Item>().await?;
    let transaction = begin(&store).await?;
    let inside = transaction.collection::<Item>().await?;
    let by_score = |view: &crate::View<Item>| view.query().order_by(|i| i.score.desc());
    let all = by_score(&snapshot).keys().await?;
    let first = by_score(&snapshot).page(6).await?;
    let (Some(cursor), Some(next)) = (first.next(), all.get(6)) else { panic!("there are more") };
    items.remove_key(next).await?;
    inside.modify(next, |item| item.score = i32::MIN).await?;
    let seen = page(&by_score(&snapshot), Some(cursor), 100).await?;
    assert_eq!(ids(&seen).as_slice(), all.get(6..).unwrap_or_default());
    let seen = page(&by_score(&items), Some(cursor), 100).await?;
    assert_eq!(ids(&seen).as_slice(), all.get(7..).unwrap_or_default());
    // there it went to the end, so that as many rows lie before the cursor as did
    let whole = by_score(&inside).keys().await?;
    assert_ne!(whole.get(6), Some(next));
    let seen = page(&by_score(&inside), Some(cursor), 100).await?;
    assert_eq!(ids(&seen).as_slice(), whole.get(6..).unwrap_or_default());
    Ok(())
}

async fn q_cursor_other_filter(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    let find = items.filter(|i| i.score.ge(0)).order_by(|i| i.score.asc());
    let first = find.clone().page(3).await?;
    let Some(cursor) = first.next() else { panic!("there are more") };
    for (place, other) in [
        items.query(),
        items.filter(|i| i.score.ge(1)),
        items.filter(|i| i.score.gt(0)),
        items.filter(|i| i.score.le(0)),
        items.filter(|i| i.level.ge(0)),
        items.filter(|i| !i.score.ge(0)),
        items.filter(|i| i.score.ge(0) & i.open.eq(true)),
        items.filter(|i| i.score.ge(0) | i.open.eq(true)),
        items.filter(|i| i.score.between(0..)).filter(|i| i.name.starts_with("")),
        items.filter(|i| i.score.one_of([0])),
    ]
    .into_iter()
    .enumerate()
    {
        let other = other.order_by(|i| i.score.asc());
        let error = refused(other.after(cursor).page(3).await, ErrorKind::BadCursor);
        assert_eq!(error.collection(), Some("query_items"), "filter {place}");
        assert!(!error.is_retryable(), "filter {place}");
    }
    assert!(find.after(cursor).page(3).await.is_ok());
    Ok(())
}

async fn q_cursor_other_order(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    let find = items.query().order_by(|i| i.score.asc());
    let first = find.clone().page(3).await?;
    let Some(cursor) = first.next() else { panic!("there are more") };
    for (place, other) in [
        items.query(),
        items.query().order_by(|i| i.score.desc()),
        items.query().order_by(|i| i.level.asc()),
        items.query().order_by(|i| i.score.asc()).then_by(|i| i.id.asc()),
        items.query().order_by(|i| i.score.asc()).then_by(|i| i.level.desc()),
        items.query().order_by(|i| i.id.asc()),
    ]
    .into_iter()
    .enumerate()
    {
        let error = refused(other.after(cursor).page(3).await, ErrorKind::BadCursor);
        assert_eq!(error.collection(), Some("query_items"), "order {place}");
    }
    assert!(find.after(cursor).page(3).await.is_ok());
    Ok(())
}

/// Of the same fields that the items order by, so that nothing but its name tells them apart.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_others")]
struct Other {
    #[key]
    id: u64,
    #[distinct]
    label: Option<String>,
    #[index]
    score: i32,
}

async fn q_cursor_other_collection(subject: &Subject) -> Result<()> {
    let (store, items) = filled(subject).await?;
    let others = store.collection::<Other>().await?;
    others.insert_many((0..9).map(|id| Other { id, label: None, score: 0 })).await?;
    let (whole, scored) =
        (items.query().page(3).await?, items.query().order_by(|i| i.score.asc()).page(3).await?);
    let (Some(whole), Some(scored)) = (whole.next(), scored.next()) else { panic!("there are more") };
    let error = refused(others.query().after(whole).page(3).await, ErrorKind::BadCursor);
    assert_eq!(error.collection(), Some("query_others"));
    refused(others.query().order_by(|o| o.score.asc()).after(scored).page(3).await, ErrorKind::BadCursor);
    let own = others.query().order_by(|o| o.score.asc()).page(3).await?;
    let Some(own) = own.next() else { panic!("there are more") };
    refused(items.query().order_by(|i| i.score.asc()).after(own).page(3).await, ErrorKind::BadCursor);
    assert!(others.query().order_by(|o| o.score.asc()).after(own).page(3).await.is_ok());
    Ok(())
}

async fn q_cursor_altered(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    for find in kinds(&items) {
        let first = find.page(3).await?;
        let Some(cursor) = first.next() else { panic!("there are more") };
        let text = cursor.to_string();
        for (place, char) in text.char_indices() {
            let (before, after) =
                (text.get(..place).unwrap_or_default(), text.get(place + 1..).unwrap_or_default());
            for other in ['A', 'B', 'z', '0', '_', '\u{e9}', ' '].into_iter().filter(|other| *other != char) {
                let altered = format!("{before}{other}{after}");
                let error = refused(altered.parse::<Cursor>(), ErrorKind::BadCursor);
                assert!(!error.is_retryable(), "{altered}");
            }
        }
    }
    Ok(())
}

async fn q_cursor_cut(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    for find in kinds(&items) {
        let first = find.page(3).await?;
        let Some(cursor) = first.next() else { panic!("there are more") };
        let text = cursor.to_string();
        for length in 0..text.len() {
            let (head, tail) =
                (text.get(..length).unwrap_or_default(), text.get(length..).unwrap_or_default());
            refused(head.parse::<Cursor>(), ErrorKind::BadCursor);
            assert!(length == 0 || tail.parse::<Cursor>().is_err(), "{tail} is no cursor");
        }
        for more in ["A", "AA", "AAAA", " ", "="] {
            refused(format!("{text}{more}").parse::<Cursor>(), ErrorKind::BadCursor);
            refused(format!("{more}{text}").parse::<Cursor>(), ErrorKind::BadCursor);
        }
    }
    for text in ["", "A", "no cursor", "0", "\u{df}\u{df}\u{df}\u{df}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        refused(text.parse::<Cursor>(), ErrorKind::BadCursor);
    }
    Ok(())
}

async fn q_cursor_rebuilt(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let build = |text: &str, numbers: &[i32]| {
            let find = view.filter(|i| i.name.ge(text) & i.score.one_of(numbers));
            find.order_by(|i| i.score.desc()).then_by(|i| i.name.asc())
        };
        let first = build("", &[0, 5, 7]).page(3).await?;
        let Some(cursor) = first.next() else { panic!("there are more") };
        let text: Cursor = cursor.to_string().parse()?;
        let all = build("", &[0, 5, 7]).keys().await?;
        // one set of values, however it was listed
        let next = page(&build("", &[7, 0, 5, 0]), Some(&text), 100).await?;
        assert_eq!(ids(&next).as_slice(), all.get(3..).unwrap_or_default(), "{scope}");
    }
    Ok(())
}
