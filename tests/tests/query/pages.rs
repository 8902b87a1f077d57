//! Pages and cursors.

use routier::{Collection, Cursor, ErrorKind, Page, Result, Store, View};
use routier_tests::model::{Model, Query};
use routier_tests::stores::on_each;

use crate::asked::{Asked, arranged, filter_of};
use crate::check::owned;
use crate::entities::{Item, Place, item};
use crate::random::{Scope, write};
use crate::rng::Rng;

/// So many pages are taken at most, since a chain that rows are inserted before need not end.
const MOST_PAGES: u32 = 40;

/// Goes from page to page, while rows come and go between them.
pub(crate) async fn chain<E: Asked>(
    rows: &Collection<E>,
    model: &mut Model<E>,
    query: &Query,
    rng: &mut Rng,
    scope: Scope,
) -> Result<()> {
    let mut cursor: Option<Cursor> = None;
    let mut last: Option<E> = None;
    for _ in 0..MOST_PAGES {
        let size = 1 + rng.below(6);
        let find = arranged(rows.filter(|fields| filter_of(fields, &query.test)), query, size);
        let page = match &cursor {
            None => find.page(size).await?,
            Some(cursor) => find.after(cursor).page(size).await?,
        };
        let (expected, more) = model.page(query, last.as_ref(), size as usize);
        assert_eq!(owned(page.items()), expected, "after {last:?}: {query:?}");
        assert_eq!(page.next().is_some(), more, "after {last:?}: {query:?}");
        let Some(next) = page.next() else { return Ok(()) };
        cursor = Some(next.to_string().parse()?);
        last = expected.last().cloned();
        for _ in 0..rng.below(3) {
            write(rows, model, rng, scope).await?;
        }
    }
    Ok(())
}

/// Ten items, of which the even ones are open.
async fn ten(store: &Store) -> Result<Collection<Item>> {
    let items = store.collection::<Item>().await?;
    let new = |id: u64| Item { open: id.is_multiple_of(2), score: id as i32 / 3, ..item(id) };
    items.insert_many((0..10).map(new)).await?;
    Ok(items)
}

fn ids(page: &Page<Item>) -> Vec<u64> {
    page.items().iter().map(|item| item.id).collect()
}

fn is_bad<T: std::fmt::Debug>(outcome: Result<T>) {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::BadCursor, false), "{error}");
}

#[tokio::test]
async fn pages_end_where_there_is_no_more() {
    on_each(async |store| {
        let items = ten(&store).await?;
        let by_score = items.query().order_by(|i| i.score.desc());
        let whole = by_score.clone().page(10).await?;
        assert_eq!((ids(&whole), whole.next()), (vec![9, 8, 7, 6, 5, 4, 3, 2, 1, 0], None));
        let first = by_score.clone().page(9).await?;
        let last = by_score.clone().after(first.next().expect("there is one more")).page(9).await?;
        assert_eq!((ids(&last), last.next()), (vec![0], None));
        let none = items.filter(|i| i.score.gt(90)).page(3).await?;
        assert_eq!((none.items().len(), none.next()), (0, None));
        let error = by_score.page(0).await.unwrap_err();
        assert_eq!((error.kind(), error.collection()), (ErrorKind::Invalid, Some("items")));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_cursor_outlives_its_row_and_its_process() {
    on_each(async |store| {
        let items = ten(&store).await?;
        let by_score = || items.query().order_by(|i| i.score.asc());
        let page = by_score().page(4).await?;
        assert_eq!(ids(&page), [0, 1, 2, 3]);
        let text = page.next().expect("there are more").to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        let json = serde_json::to_string(page.next().expect("there are more")).unwrap();
        let cursor: Cursor = serde_json::from_str(&json).unwrap();
        assert_eq!((cursor.to_string(), &cursor), (text.clone(), page.next().expect("there are more")));
        items.remove_key(&3).await?;
        items.remove_key(&4).await?;
        items.insert(Item { score: 1, ..item(40) }).await?;
        items.insert(Item { score: 0, ..item(41) }).await?;
        items.modify(&1, |item| item.score = 2).await?;
        let next = by_score().limit(1).offset(5).after(&text.parse()?).page(4).await?;
        assert_eq!(ids(&next), [5, 40, 1, 6]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_of_one_query() {
    on_each(async |store| {
        let items = ten(&store).await?;
        let places = store.collection::<Place>().await?;
        let find = || items.filter(|i| i.score.ge(0)).order_by(|i| i.score.asc());
        let page = find().page(4).await?;
        let cursor = page.next().expect("there are more");
        for other in [
            items.query().order_by(|i| i.score.asc()),
            items.filter(|i| i.score.ge(1)).order_by(|i| i.score.asc()),
            items.filter(|i| i.score.gt(0)).order_by(|i| i.score.asc()),
            items.filter(|i| i.id.ge(0)).order_by(|i| i.score.asc()),
            items.filter(|i| !i.score.ge(0)).order_by(|i| i.score.asc()),
            items.filter(|i| i.score.ge(0)),
            find().order_by(|i| i.score.desc()),
            find().order_by(|i| i.level.asc()),
            find().then_by(|i| i.id.asc()),
        ] {
            is_bad(other.after(cursor).page(4).await);
        }
        is_bad(places.query().after(cursor).page(4).await);
        is_bad(places.query().order_by(|p| p.code.asc()).after(cursor).page(4).await);
        assert_eq!(ids(&find().after(cursor).page(2).await?), [4, 5]);

        let text = cursor.to_string();
        for (place, _) in text.char_indices() {
            let replaced = if &text[place..=place] == "A" { "B" } else { "A" };
            is_bad(format!("{}{replaced}{}", &text[..place], &text[place + 1..]).parse::<Cursor>());
            is_bad(text[..place].parse::<Cursor>());
        }
        is_bad(format!("{text}A").parse::<Cursor>());
        is_bad("".parse::<Cursor>());
        is_bad("no cursor at all, and no ASCII either: ß".parse::<Cursor>());
        assert!(serde_json::from_str::<Cursor>("7").is_err());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_good_in_every_scope() {
    on_each(async |store| {
        let items = ten(&store).await?;
        let snapshot = store.snapshot().await?;
        let page = items.query().order_by(|i| i.open.desc()).page(3).await?;
        assert_eq!(ids(&page), [8, 6, 4]);
        let cursor = page.next().expect("there are more");
        items.remove_key(&2).await?;
        let transaction = store.begin().await?;
        let inside = transaction.collection::<Item>().await?;
        inside.modify(&3, |item| item.open = true).await?;
        inside.modify(&8, |item| item.open = false).await?;
        let next = async |view: &View<Item>| -> Result<Vec<u64>> {
            Ok(ids(&view.query().order_by(|i| i.open.desc()).after(cursor).page(4).await?))
        };
        assert_eq!(next(&snapshot.collection().await?).await?, [2, 0, 9, 7]);
        assert_eq!(next(&items).await?, [0, 9, 7, 5]);
        assert_eq!(next(&inside).await?, [3, 0, 9, 8]);
        Ok(())
    })
    .await;
}
