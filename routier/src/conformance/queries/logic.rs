//! How filters are combined, and what is refused: section 3.2.

use std::ops::Bound::Included;

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::sample::{Item, ItemFields, LAST, Rank, samples};
use crate::conformance::queries::scene::{Scene, cases, find};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Filter, Result};

clauses! {
    "3.2" q_and: "`&` finds exactly the rows that both of its sides find.";
    "3.2" q_and_of_one_field: "Several tests of one field under `&` all have to hold.";
    "3.2" q_or: "`|` finds every row that one of its sides finds, once, also where both do.";
    "3.2" q_not: "`!` turns a filter into its opposite: what it did not find it finds, `None` included.";
    "3.2" q_not_twice: "`!` of `!` is the filter again, and `!` goes through `&` and `|` as De Morgan says.";
    "3.2" q_two_valued: "A filter and its negation divide the rows: each is in one of them, and none in both.";
    "3.2" q_everything: "`Filter::all()` finds every row and `Filter::nothing()` none, alone and combined.";
    "3.2" q_named: "A filter can be named, cloned, and made by a function of the fields.";
    "3.2" q_deep: "A filter of 128 levels is carried out, and a deeper one is `Invalid`.";
    "3.2" q_wide: "Thousands of tests combined by one operator are carried out.";
}

async fn q_and(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.ge(0) & i.group.eq(3) => |i| i.score >= 0 && i.group == Some(3);
        |i| i.group.eq(3) & i.score.lt(5) => |i| i.group == Some(3) && i.score < 5;
        |i| i.group.is_none() & i.score.between(-5..=5) => |i| i.group.is_none() && (-5..=5).contains(&i.score);
        |i| i.open.eq(true) & i.level.ge(0) => |i| i.open && i.level >= 0;
        |i| i.open.eq(true) & i.level.le(5) & i.alias.is_none() => |i| i.open && i.level <= 5 && i.alias.is_none();
        |i| i.name.starts_with("a") & i.nick.is_some() => |i| i.name.starts_with('a') && i.nick.is_some();
        |i| i.id.lt(80) & i.score.eq(0) & i.open.eq(false) => |i| i.id < 80 && i.score == 0 && !i.open;
        |i| i.label.eq("label 20") & i.score.eq(0) => |i| i.id == 20 && i.score == 0;
        |i| i.rank.eq(Rank::Novice) & i.open.eq(true) => |i| i.rank == Rank::Novice && i.open;
        |i| i.group.one_of([0, 3]) & i.score.one_of([0, 7]) => |i| {
            matches!(i.group, Some(0 | 3)) && [0, 7].contains(&i.score)
        };
        |i| (i.score.eq(0) | i.group.eq(7)) & (i.open.eq(true) | i.nick.is_none()) => |i| {
            (i.score == 0 || i.group == Some(7)) && (i.open || i.nick.is_none())
        };
    };
    find(subject, cases).await
}

async fn q_and_of_one_field(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.gt(-5) & i.score.le(5) => |i| i.score > -5 && i.score <= 5;
        |i| i.score.ge(5) & i.score.le(5) => |i| i.score == 5;
        |i| i.score.gt(5) & i.score.lt(5) => |_| false;
        |i| i.score.eq(0) & i.score.eq(5) => |_| false;
        |i| i.score.eq(0) & i.score.ne(0) => |_| false;
        |i| i.score.one_of([0, 5, 7]) & i.score.ge(5) => |i| i.score == 5 || i.score == 7;
        |i| i.score.one_of([0, 5]) & i.score.one_of([5, 7]) => |i| i.score == 5;
        |i| i.score.ge(0) & i.score.ne(5) => |i| i.score >= 0 && i.score != 5;
        |i| i.group.is_none() & i.group.lt(9) => |_| false;
        |i| i.group.is_some() & i.group.is_none() => |_| false;
        |i| i.group.is_some() & i.group.lt(3) => |i| i.group.is_some_and(|group| group < 3);
        |i| i.nick.ge("a") & i.nick.starts_with("ab") => |i| i.nick.as_deref().is_some_and(|n| n.starts_with("ab"));
        |i| i.level.gt(-5) & i.level.lt(7) => |i| i.level > -5 && i.level < 7;
        |i| i.id.gt(10) & i.id.lt(60) => |i| (11..60).contains(&i.id);
    };
    find(subject, cases).await
}

async fn q_or(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| i.score.eq(0) | i.score.eq(5) => |i| [0, 5].contains(&i.score);
        |i| i.score.lt(0) | i.score.gt(5) => |i| i.score < 0 || i.score > 5;
        |i| i.score.le(5) | i.score.ge(0) => |_| true;
        |i| i.score.between(-5..=0) | i.score.between(0..=5) => |i| (-5..=5).contains(&i.score);
        |i| i.score.between(-5..=7) | i.score.eq(0) => |i| (-5..=7).contains(&i.score);
        |i| i.score.eq(0) | i.group.eq(3) => |i| i.score == 0 || i.group == Some(3);
        |i| i.group.is_none() | i.group.eq(3) => |i| matches!(i.group, None | Some(3));
        |i| i.group.is_none() | i.group.is_some() => |_| true;
        |i| i.id.eq(20) | i.score.eq(7) | i.tags.contains("c") => |i| {
            i.id == 20 || i.score == 7 || i.tags.iter().any(|tag| tag == "c")
        };
        |i| i.label.eq("label 20") | i.label.is_none() => |i| i.id == 20 || i.label.is_none();
        |i| i.id.lt(20) | i.id.eq(13) | i.id.eq(LAST) => |i| i.id < 20 || i.id == LAST;
        |i| i.score.eq(0) | i.level.eq(0) => |i| i.score == 0 || i.level == 0;
        |i| (i.group.eq(3) & i.score.ge(0)) | (i.group.eq(0) & i.score.lt(0)) => |i| {
            (i.group == Some(3) && i.score >= 0) || (i.group == Some(0) && i.score < 0)
        };
        |i| (i.score.eq(0) & i.level.ge(0)) | i.group.eq(7) => |i| (i.score == 0 && i.level >= 0) || i.group == Some(7);
        |i| i.open.eq(true) & (i.level.lt(0) | i.level.gt(5)) => |i| i.open && (i.level < 0 || i.level > 5);
    };
    find(subject, cases).await
}

async fn q_not(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| !i.score.eq(0) => |i| i.score != 0;
        |i| !i.score.lt(0) => |i| i.score >= 0;
        |i| !i.score.le(0) => |i| i.score > 0;
        |i| !i.score.gt(0) => |i| i.score <= 0;
        |i| !i.score.ge(0) => |i| i.score < 0;
        |i| !i.group.lt(3) => |i| i.group.is_none_or(|group| group >= 3);
        |i| !i.group.ge(0) => |i| i.group.is_none();
        |i| !i.group.between(0..=3) => |i| i.group.is_none_or(|group| group > 3);
        |i| !i.group.between::<u8, _>(..) => |i| i.group.is_none();
        |i| !i.group.one_of([0, 3]) => |i| !matches!(i.group, Some(0 | 3));
        |i| !i.group.is_none() => |i| i.group.is_some();
        |i| !i.group.is_some() => |i| i.group.is_none();
        |i| !i.group.ne(3) => |i| i.group == Some(3);
        |i| !i.nick.starts_with("a") => |i| !i.nick.as_deref().is_some_and(|nick| nick.starts_with('a'));
        |i| !i.alias.gt("a") => |i| i.alias.as_deref().is_none_or(|alias| alias <= "a");
        |i| !i.tags.contains("a") => |i| !i.tags.iter().any(|tag| tag == "a");
        |i| !i.tags.is_empty() => |i| !i.tags.is_empty();
        |i| !i.group.lt(3) & i.score.ge(0) => |i| i.group.is_none_or(|group| group >= 3) && i.score >= 0;
        |i| !i.group.between(1..=100) & i.group.lt(200) => |i| i.group == Some(0);
    };
    find(subject, cases).await
}

async fn q_not_twice(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |i| !!i.group.lt(3) => |i| i.group.is_some_and(|group| group < 3);
        |i| !(i.score.ge(0) & i.group.eq(3)) => |i| i.score < 0 || i.group != Some(3);
        |i| !(i.score.ge(0) | i.group.eq(3)) => |i| i.score < 0 && i.group != Some(3);
        |i| !(i.group.lt(3) | i.group.gt(3)) => |i| matches!(i.group, None | Some(3));
        |i| !(!i.group.eq(3) & !i.nick.eq("a")) => |i| i.group == Some(3) || i.nick.as_deref() == Some("a");
        |i| !(!i.group.eq(3) | i.nick.is_none()) => |i| i.group == Some(3) && i.nick.is_some();
        |i| !(i.group.is_none() & !(i.score.eq(0) | i.tags.is_empty())) => |i| {
            i.group.is_some() || i.score == 0 || i.tags.is_empty()
        };
    };
    find(subject, cases).await
}

async fn q_two_valued(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let filters: &[fn(ItemFields) -> Filter<Item>] = &[
        |i| i.group.lt(3),
        |i| i.group.between((Included(3), Included(1))),
        |i| i.nick.starts_with(""),
        |i| i.nick.one_of(["a", "b"]),
        |i| i.alias.ge("b"),
        |i| i.group.eq(3) | i.nick.gt("a"),
        |i| i.group.ne(3) & i.alias.le("b"),
        |i| !i.group.gt(3),
        |i| i.tags.contains("a"),
    ];
    for (place, filter) in filters.iter().enumerate() {
        for (scope, view) in &scene.views {
            let mut ids = view.filter(filter).keys().await?;
            ids.extend(view.filter(|i| !filter(i)).keys().await?);
            ids.sort_unstable();
            assert!(ids.iter().eq(scene.rows.iter().map(|row| &row.id)), "filter {place} {scope}: {ids:?}");
            let both = view.filter(|i| filter(i) & !filter(i)).keys().await?;
            assert!(both.is_empty(), "filter {place} and its negation {scope}: {both:?}");
            let either = view.filter(|i| !filter(i) | filter(i)).count().await?;
            assert_eq!(either, scene.rows.len() as u64, "filter {place} or its negation {scope}");
        }
    }
    Ok(())
}

async fn q_everything(subject: &Subject) -> Result<()> {
    let cases = cases! {
        |_| Filter::all() => |_| true;
        |_| Filter::nothing() => |_| false;
        |_| !Filter::nothing() => |_| true;
        |i| Filter::all() & i.score.eq(0) => |i| i.score == 0;
        |i| Filter::all() | i.score.eq(0) => |_| true;
        |i| Filter::nothing() | i.score.eq(0) => |i| i.score == 0;
        |i| i.score.eq(0) & Filter::nothing() => |_| false;
        |i| !(Filter::all() & i.group.is_none()) => |i| i.group.is_some();
    };
    find(subject, cases).await
}

async fn q_named(subject: &Subject) -> Result<()> {
    fn strong(i: ItemFields) -> Filter<Item> {
        i.score.ge(5) & !i.tags.is_empty()
    }
    let scene = Scene::of_samples(subject).await?;
    let named = strong(Item::fields());
    let keep = |item: &Item| item.score >= 5 && !item.tags.is_empty();
    scene.finds("a named filter", &named, keep).await?;
    scene.finds("it, again", &named.clone(), keep).await?;
    scene.finds("it and another", &(named & Item::fields().open.eq(true)), |i| keep(i) && i.open).await?;
    for (scope, view) in &scene.views {
        let (found, expected) = (view.filter(strong).count().await?, scene.rows.iter().filter(|i| keep(i)));
        assert_eq!(found, expected.count() as u64, "{scope}");
    }
    Ok(())
}

/// A filter of so many levels, at least three: `score` is -5, or from 0 to 7.
fn nested(i: ItemFields, levels: u32) -> Filter<Item> {
    (1..levels).fold(i.score.ge(0), |filter, level| {
        if level % 2 == 0 { filter & i.score.le(7) } else { filter | i.score.eq(-5) }
    })
}

async fn q_deep(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let expected = samples().iter().filter(|item| item.score == -5 || (0..=7).contains(&item.score)).count();
    for levels in [127, 128] {
        assert_eq!(items.filter(|i| nested(i, levels)).count().await?, expected as u64, "{levels} levels");
    }
    for levels in [129, 200, 10_000] {
        for find in [items.filter(|i| nested(i, levels)), items.filter(|i| !nested(i, levels)).limit(0)] {
            let error = refused(find.clone().all().await, ErrorKind::Invalid);
            assert_eq!(error.collection(), Some("query_items"), "{levels} levels");
            refused(find.clone().count().await, ErrorKind::Invalid);
            refused(find.clone().explain().await, ErrorKind::Invalid);
            refused(find.exists().await, ErrorKind::Invalid);
        }
    }
    assert_eq!(items.query().count().await?, samples().len() as u64);
    Ok(())
}

async fn q_wide(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let i = Item::fields();
    let wide = (0..2_000).fold(i.score.eq(7), |filter, number| filter | i.score.eq(number + 100));
    scene.finds("many `|`", &wide, |item| item.score == 7).await?;
    let narrow = (0..2_000).fold(i.score.ge(0), |filter, number| filter & i.score.ne(number + 1));
    scene.finds("many `&`", &narrow, |item| item.score == 0 || item.score == i32::MAX).await
}
