//! Pages while rows come and go between them: section 3.7.

use std::cmp::Ordering;

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::{ORDERS, Term, compared};
use crate::conformance::queries::pages::page;
use crate::conformance::queries::sample::{Item, Sample, sample, samples};
use crate::conformance::queries::scene::begin;
use crate::{Collection, Cursor, Find, Result, View};

clauses! {
    "3.7" q_cursor_inserts: "Rows inserted between pages, before and behind, make none come twice or not at all.";
    "3.7" q_cursor_removes: "Rows removed between pages, before and behind, make no other come twice or not at all.";
    "3.7" q_cursor_moves: "Rows whose order values change between pages make no other come twice or not at all.";
    "3.7" q_cursor_row: "A page goes on at the place its cursor was taken, when that row has moved or is gone.";
    "3.7" q_cursor_last: "A cursor behind which nothing is left gives an empty last page.";
    "3.7" q_cursor_own_writes: "What a transaction writes between its pages stands in them at once, and in no other's.";
    "3.7" q_cursor_snapshot: "The pages of one snapshot give exactly its rows, whatever is committed between them.";
}

const SIZE: u64 = 4;

/// What is done between two pages.
enum Step {
    Put(Item),
    Remove(u64),
}

use Step::{Put, Remove};

/// What is done before a page, when so many were taken and the last of them ended with this row.
type Between = fn(u64, &Item) -> Vec<Step>;

async fn apply(items: &Collection<Item>, steps: Vec<Step>, model: &mut Vec<Item>) -> Result<()> {
    for step in steps {
        match step {
            Put(item) => {
                model.retain(|other| other.id != item.id);
                model.push(item.clone());
                items.upsert(item).await?;
            }
            Remove(id) => {
                model.retain(|other| other.id != id);
                items.remove_key(&id).await?;
            }
        }
    }
    Ok(())
}

fn arranged(view: &View<Item>, terms: &[Term]) -> Find<Item> {
    terms.iter().fold(view.query(), |find, term| find.then_by(term.order))
}

/// Takes all pages, and fails unless each has what lies behind the place where the last one ended. Gives the rows of all.
async fn survives(items: &Collection<Item>, terms: &[Term], between: Between) -> Result<Vec<Item>> {
    let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
    let find = arranged(items, terms);
    let mut model = samples();
    let (mut cursor, mut last): (Option<Cursor>, Option<Item>) = (None, None);
    let mut all = Vec::new();
    for turn in 0.. {
        assert!(turn < 40, "pages without an end by {names:?}");
        let behind =
            |item: &&Item| last.as_ref().is_none_or(|last| compared(terms, last, item) == Ordering::Less);
        let mut left: Vec<Item> = model.iter().filter(behind).cloned().collect();
        left.sort_by(|one, other| compared(terms, one, other));
        let found = page(&find, cursor.as_ref(), SIZE).await?;
        let expected = left.get(..SIZE as usize).unwrap_or(&left);
        assert!(
            found.items().iter().map(|row| row.entity()).eq(expected),
            "page {turn} by {names:?} after {last:?}: {found:?}"
        );
        assert_eq!(found.next().is_some(), left.len() as u64 > SIZE, "page {turn} by {names:?}");
        all.extend_from_slice(expected);
        cursor = found.next().cloned();
        last = expected.last().cloned();
        let (Some(_), Some(last)) = (&cursor, &last) else { break };
        apply(items, between(turn, last), &mut model).await?;
    }
    Ok(all)
}

/// Goes through the pages of every order, and fails unless the rows that nothing was done to come once each.
async fn each_order(subject: &Subject, between: Between, stays: fn(&Item) -> bool) -> Result<()> {
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        let store = subject.store().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many(samples()).await?;
        let mut seen = survives(&items, terms, between).await?;
        seen.retain(stays);
        let mut expected: Vec<Item> = samples().into_iter().filter(stays).collect();
        expected.sort_by(|one, other| compared(terms, one, other));
        assert!(expected.len() > 5);
        assert_eq!(seen, expected, "by {names:?}");
    }
    Ok(())
}

/// New rows are few enough for the pages to end: none after the sixth page.
async fn q_cursor_inserts(subject: &Subject) -> Result<()> {
    let between: Between = |turn, last| {
        let new = |place: u64| Put(sample(1_000 + turn * 10 + place, (turn * 3 + place) as usize));
        // one with the values of the cursor's row, but another key
        let beside = |id: u64| Put(Item { id, label: None, ..last.clone() });
        match turn {
            0..6 => vec![new(0), new(1), new(2), beside(turn + 200), beside(u64::MAX - 1 - turn)],
            _ => Vec::new(),
        }
    };
    each_order(subject, between, |item| item.id < 200 || item.id == u64::MAX).await
}

async fn q_cursor_removes(subject: &Subject) -> Result<()> {
    let between: Between = |turn, last| {
        let mut gone: Vec<u64> =
            samples().iter().map(|item| item.id).filter(|id| id % 3 == 1 && id % 5 == turn % 5).collect();
        if last.id % 3 == 1 {
            gone.push(last.id);
        }
        gone.into_iter().map(Remove).collect()
    };
    each_order(subject, between, |item| item.id % 3 != 1).await
}

async fn q_cursor_moves(subject: &Subject) -> Result<()> {
    let between: Between = |turn, _| {
        let moved = samples().into_iter().filter(|item| item.id % 3 == 1 && item.id % 4 == turn % 4);
        moved.map(|item| Put(Item { id: item.id, label: item.label.clone(), ..item.twisted() })).collect()
    };
    each_order(subject, between, |item| item.id % 3 != 1).await
}

async fn q_cursor_row(subject: &Subject) -> Result<()> {
    let moved: Between = |_, last| vec![Put(last.twisted())];
    let gone: Between = |_, last| vec![Remove(last.id)];
    let back: Between = |_, last| vec![Remove(last.id), Put(last.clone())];
    for between in [moved, gone, back] {
        for terms in ORDERS {
            let store = subject.store().await?;
            let items = store.collection::<Item>().await?;
            items.insert_many(samples()).await?;
            survives(&items, terms, between).await?;
        }
    }
    Ok(())
}

async fn q_cursor_last(subject: &Subject) -> Result<()> {
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        let store = subject.store().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many(samples()).await?;
        let find = arranged(&items, terms);
        let all = find.clone().keys().await?;
        let first = find.clone().page(5).await?;
        for id in all.iter().skip(5) {
            items.remove_key(id).await?;
        }
        let next = page(&find, first.next(), SIZE).await?;
        assert_eq!((next.items(), next.next()), (&[][..], None), "by {names:?}");
        for row in first.items() {
            items.remove(row).await?;
        }
        let next = page(&find, first.next(), SIZE).await?;
        assert_eq!((next.items(), next.next()), (&[][..], None), "of nothing by {names:?}");
    }
    Ok(())
}

async fn q_cursor_own_writes(subject: &Subject) -> Result<()> {
    let between: Between = |turn, last| {
        let moved = samples().into_iter().filter(|item| item.id % 3 == 1 && item.id % 4 == turn % 4);
        let mut steps: Vec<Step> = moved.map(|item| Put(item.twisted())).collect();
        if turn < 5 {
            steps.push(Put(sample(300 + turn, turn as usize)));
            steps.push(Remove(last.id));
        }
        steps
    };
    for terms in ORDERS {
        let store = subject.store().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many(samples()).await?;
        let all = arranged(&items, terms).keys().await?;
        let transaction = begin(&store).await?;
        survives(&transaction.collection().await?, terms, between).await?;
        assert_eq!(super::pages::paged(&arranged(&items, terms), SIZE).await?.0, all);
        transaction.rollback().await?;
        assert_eq!(super::pages::paged(&arranged(&items, terms), SIZE).await?.0, all);
    }
    Ok(())
}

async fn q_cursor_snapshot(subject: &Subject) -> Result<()> {
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        let store = subject.store().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many(samples()).await?;
        let find = arranged(&store.snapshot().await?.collection().await?, terms);
        let expected = find.clone().all().await?;
        let mut cursor = None;
        let mut seen = Vec::new();
        loop {
            let found = page(&find, cursor.as_ref(), SIZE).await?;
            seen.extend_from_slice(found.items());
            cursor = found.next().cloned();
            if cursor.is_none() || seen.len() > expected.len() {
                break;
            }
            for (place, item) in samples().iter().enumerate().skip(seen.len() % 5).step_by(4) {
                items.upsert(item.twisted()).await?;
                items.remove_key(&samples().get(place + 1).map_or(0, |next| next.id)).await?;
            }
            items.upsert(sample(300 + seen.len() as u64, seen.len())).await?;
        }
        assert_eq!(seen, expected, "by {names:?}");
    }
    Ok(())
}
