//! Pages: sections 3.4 and 3.7.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::{ASKS, ORDERS};
use crate::conformance::queries::sample::{Item, samples};
use crate::conformance::queries::scene::Scene;
use crate::conformance::tools::refused;
use crate::{Cursor, ErrorKind, Find, Page, Result};

clauses! {
    "3.7" q_pages: "One page after the other gives what `all` gives, in every order, whatever their size.";
    "3.7" q_pages_filtered: "The pages of a filtered query give its rows alone, each once.";
    "3.7" q_page_next: "`next` is `None` exactly where no further row is there.";
    "3.7" q_page_sizes: "Pages of different sizes continue each other, and the same cursor gives the same page again.";
    "3.7" q_page_empty: "A page of a query without rows is empty and the last.";
    "3.7" q_page_zero: "A page of no rows is `Invalid`.";
    "3.4" q_page_window: "A page ignores limit and offset, and so does its cursor.";
    "3.7" q_page_items: "The items of a page are whole rows with their versions.";
}

/// The ids of all pages of this size, and how many pages there were.
pub(super) async fn paged(find: &Find<Item>, size: u64) -> Result<(Vec<u64>, usize)> {
    let (mut ids, mut n_pages) = (Vec::new(), 0);
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = page(find, cursor.as_ref(), size).await?;
        ids.extend(page.items().iter().map(|row| row.id));
        n_pages += 1;
        assert!(n_pages <= 100, "pages without an end: {ids:?}");
        assert!(
            page.next().is_none() || page.items().len() as u64 == size,
            "a short page that is not the last"
        );
        cursor = page.next().cloned();
        if cursor.is_none() {
            return Ok((ids, n_pages));
        }
    }
}

/// The page behind a cursor, or the first.
pub(super) async fn page(find: &Find<Item>, cursor: Option<&Cursor>, size: u64) -> Result<Page<Item>> {
    match cursor {
        None => find.clone().page(size).await,
        Some(cursor) => find.clone().after(cursor).page(size).await,
    }
}

pub(super) fn ids(page: &Page<Item>) -> Vec<u64> {
    page.items().iter().map(|row| row.id).collect()
}

async fn q_pages(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        for (scope, view) in &scene.views {
            let find = terms.iter().fold(view.query(), |find, term| find.then_by(term.order));
            let all = find.clone().keys().await?;
            assert_eq!(all.len(), scene.rows.len(), "by {names:?} {scope}");
            for (size, n_pages) in [(1, 25), (3, 9), (5, 5), (25, 1), (u64::MAX, 1)] {
                let (ids, n_found) = paged(&find, size).await?;
                assert_eq!(ids, all, "{size} at a time by {names:?} {scope}");
                assert_eq!(n_found, n_pages, "{size} at a time by {names:?} {scope}");
            }
        }
    }
    Ok(())
}

async fn q_pages_filtered(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for ask in ASKS {
            let find = ask.find(view).offset(0).limit(u64::MAX);
            let all = find.clone().keys().await?;
            for size in [1, 2, 4] {
                let (ids, _) = paged(&find, size).await?;
                assert_eq!(ids, all, "{size} at a time {} {scope}", ask.name);
            }
        }
    }
    Ok(())
}

async fn q_page_next(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let all = scene.rows.len() as u64;
    for (scope, view) in &scene.views {
        for find in [
            view.query(),
            view.query().order_by(|i| i.score.desc()),
            view.query().order_by(|i| i.level.asc()).then_by(|i| i.alias.desc()),
        ] {
            assert!(find.clone().page(all - 1).await?.next().is_some(), "one is left {scope}");
            assert!(find.clone().page(all).await?.next().is_none(), "none is left {scope}");
            assert!(find.clone().page(all + 1).await?.next().is_none(), "fewer than asked {scope}");
            let first = find.clone().page(all - 1).await?;
            let last = page(&find, first.next(), all).await?;
            assert_eq!((last.items().len(), last.next()), (1, None), "the last {scope}");
            let first = find.clone().page(2).await?;
            assert!(page(&find, first.next(), all - 3).await?.next().is_some(), "one behind {scope}");
            assert!(page(&find, first.next(), all - 2).await?.next().is_none(), "none behind {scope}");
        }
    }
    Ok(())
}

async fn q_page_sizes(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let find = view.filter(|i| i.level.ge(-5)).order_by(|i| i.group.desc()).then_by(|i| i.name.asc());
        let all = find.clone().keys().await?;
        let (mut cursor, mut taken, mut size) = (None, 0, 1);
        loop {
            let found = page(&find, cursor.as_ref(), size).await?;
            let again = page(&find, cursor.as_ref(), size).await?;
            assert_eq!((ids(&found), found.next()), (ids(&again), again.next()), "{size} {scope}");
            let expected: Vec<u64> = all.iter().skip(taken).take(size as usize).copied().collect();
            assert_eq!(ids(&found), expected, "{size} after {taken} {scope}");
            taken += expected.len();
            size += 1;
            cursor = found.next().cloned();
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(taken, all.len(), "{scope}");
    }
    Ok(())
}

async fn q_page_empty(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for find in [
            view.filter(|i| i.id.eq(12)),
            view.filter(|i| i.score.lt(0) & i.score.gt(0)),
            view.filter(|i| i.level.eq(6)).order_by(|i| i.name.asc()),
            view.filter(|i| i.score.one_of::<[i32; 0]>([])).order_by(|i| i.score.desc()),
        ] {
            let page = find.page(3).await?;
            assert_eq!((page.items(), page.next()), (&[][..], None), "{scope}");
        }
    }
    let store = subject.store().await?;
    let page = store.collection::<Item>().await?.query().page(1).await?;
    assert_eq!((page.items(), page.next()), (&[][..], None));
    Ok(())
}

async fn q_page_zero(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let find = view.query().order_by(|i| i.score.asc());
        let error = refused(find.clone().page(0).await, ErrorKind::Invalid);
        assert_eq!(error.collection(), Some("query_items"), "{scope}");
        let first = find.clone().page(2).await?;
        let Some(cursor) = first.next() else { panic!("there are more") };
        refused(find.clone().after(cursor).page(0).await, ErrorKind::Invalid);
        refused(view.filter(|i| i.id.eq(12)).page(0).await, ErrorKind::Invalid);
    }
    Ok(())
}

async fn q_page_window(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let find = view.filter(|i| i.score.ge(0)).order_by(|i| i.score.desc());
        let all = find.clone().keys().await?;
        let plain = find.clone().page(4).await?;
        for windowed in [
            find.clone().limit(2),
            find.clone().limit(0),
            find.clone().offset(3),
            find.clone().offset(100).limit(1),
        ] {
            let first = windowed.clone().page(4).await?;
            assert_eq!(ids(&first), ids(&plain), "{scope}");
            assert_eq!(first.next(), plain.next(), "{scope}");
            // the cursor of the one is good for the other
            let next = page(&windowed, plain.next(), 3).await?;
            let expected: Vec<u64> = all.iter().skip(4).take(3).copied().collect();
            assert_eq!(ids(&next), expected, "{scope}");
            assert_eq!(paged(&windowed, 3).await?.0, all, "{scope}");
        }
    }
    Ok(())
}

async fn q_page_items(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    items.modify(&20, |item| item.note.push('!')).await?;
    let all = items.query().order_by(|i| i.nick.asc()).all().await?;
    let find = items.query().order_by(|i| i.nick.asc());
    let first = find.clone().page(10).await?;
    let rest = page(&find, first.next(), 100).await?;
    let paged: Vec<_> = first.into_items().into_iter().chain(rest.into_items()).collect();
    assert_eq!(paged, all);
    let versions = |rows: &[crate::Versioned<Item>]| rows.iter().map(|row| row.version()).collect::<Vec<_>>();
    assert_eq!(versions(&paged), versions(&all));
    let Some(row) = paged.iter().find(|row| row.id == 20) else { panic!("it is there") };
    items.update(row, |item| item.note.push('?')).await?;
    assert_eq!(items.get(&20).await?.map(|row| row.note.clone()).as_deref(), Some("note 1!?"));
    Ok(())
}
