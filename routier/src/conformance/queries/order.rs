//! In which order rows come: section 3.3.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::{ORDERS, Term, compared, term};
use crate::conformance::queries::sample::{Item, ItemFields, Rank};
use crate::conformance::queries::scene::Scene;
use crate::{Entity, Filter, Order, Result, View};

clauses! {
    "3.3" q_order_none: "Without an order rows come by key.";
    "3.3" q_order_composite: "Without an order rows of a composite key come by its first part, then by the next.";
    "3.3" q_order_values: "A field orders rows from its least value to its greatest.";
    "3.3" q_order_absent: "`None` comes before every value, and last in the other direction.";
    "3.3" q_order_bool: "`false` comes before `true`.";
    "3.3" q_order_enum: "The variants of an enum come as they are declared.";
    "3.3" q_order_text: "Text is ordered by its bytes: no locale, no case, a prefix before what it begins.";
    "3.3" q_ties: "Rows that an order leaves equal come by key, ascending.";
    "3.3" q_ties_desc: "Ties come in the direction of the last term: by key from the last, when it is descending.";
    "3.3" q_order_terms: "Each further term orders what those before it leave equal, in its own direction.";
    "3.3" q_order_reversed: "`desc` in every term is the exact reverse of `asc` in every term, ties included.";
    "3.3" q_order_again: "A field that was ordered by already decides nothing more than the direction of the ties.";
    "3.3" q_order_filtered: "Filtered rows come in the order that all rows come in, whichever way they are found.";
}

/// The keys, in the order of one field.
async fn by(view: &View<Item>, order: fn(ItemFields) -> Order<Item>) -> Result<Vec<Item>> {
    Ok(view.query().order_by(order).all().await?.iter().map(|row| row.entity().clone()).collect())
}

async fn q_order_none(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let rows = view.query().all().await?;
        assert!(rows.iter().map(|row| row.id).is_sorted_by(|one, next| one < next), "{scope}: {rows:?}");
        assert!(rows.iter().map(|row| row.entity()).eq(&scene.rows), "{scope}: {rows:?}");
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_composites", index(height))]
struct Composite {
    #[key]
    region: String,
    #[key]
    number: i16,
    height: Option<u8>,
}

async fn q_order_composite(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Composite>().await?;
    let keys = [("", -1), ("", 0), ("a", i16::MIN), ("a", -2), ("a", 10), ("aa", 9), ("b", i16::MAX)];
    let keys = keys.map(|(region, number)| (region.to_owned(), number));
    let height = |number: i16| (number % 2 == 0).then_some(1);
    let row = |(region, number): &(String, i16)| Composite {
        region: region.clone(),
        number: *number,
        height: height(*number),
    };
    rows.insert_many([4, 1, 6, 0, 3, 5, 2].iter().filter_map(|place| keys.get(*place)).map(row)).await?;
    assert_eq!(rows.query().keys().await?, keys);
    let mut expected = keys.to_vec();
    expected.sort_by_key(|(region, number)| (height(*number), region.clone(), *number));
    assert_eq!(rows.query().order_by(|r| r.height.asc()).keys().await?, expected);
    expected.reverse();
    assert_eq!(rows.query().order_by(|r| r.height.desc()).keys().await?, expected);
    expected = keys.to_vec();
    expected.sort_by_key(|(region, number)| (*number, region.clone()));
    assert_eq!(rows.query().order_by(|r| r.number.asc()).keys().await?, expected);
    expected = keys.to_vec();
    expected.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    assert_eq!(
        rows.query().order_by(|r| r.region.asc()).then_by(|r| r.number.desc()).keys().await?,
        expected
    );
    Ok(())
}

async fn q_order_values(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        assert!(by(view, |i| i.id.asc()).await?.is_sorted_by_key(|item| item.id), "{scope}");
        assert!(by(view, |i| i.score.asc()).await?.is_sorted_by_key(|item| item.score), "{scope}");
        assert!(by(view, |i| i.level.asc()).await?.is_sorted_by_key(|item| item.level), "{scope}");
        let turned = by(view, |i| i.score.desc()).await?;
        assert!(turned.iter().rev().is_sorted_by_key(|item| item.score), "{scope}: {turned:?}");
        let turned = by(view, |i| i.level.desc()).await?;
        assert!(turned.iter().rev().is_sorted_by_key(|item| item.level), "{scope}: {turned:?}");
        assert_eq!(turned.len(), scene.rows.len(), "{scope}");
    }
    Ok(())
}

async fn q_order_absent(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let n_absent = |absent: fn(&Item) -> bool| scene.rows.iter().filter(|item| absent(item)).count();
    type Absent = (fn(ItemFields) -> Order<Item>, fn(ItemFields) -> Order<Item>, fn(&Item) -> bool);
    let fields: [Absent; 4] = [
        (|i| i.group.asc(), |i| i.group.desc(), |i| i.group.is_none()),
        (|i| i.nick.asc(), |i| i.nick.desc(), |i| i.nick.is_none()),
        (|i| i.alias.asc(), |i| i.alias.desc(), |i| i.alias.is_none()),
        (|i| i.label.asc(), |i| i.label.desc(), |i| i.label.is_none()),
    ];
    for (place, (asc, desc, absent)) in fields.into_iter().enumerate() {
        let (first, all) = (n_absent(absent), scene.rows.len());
        assert!(first > 0 && first < all, "field {place}");
        for (scope, view) in &scene.views {
            let rows = by(view, asc).await?;
            assert!(rows.iter().take(first).all(absent), "field {place} {scope}: {rows:?}");
            assert!(!rows.iter().skip(first).any(absent), "field {place} {scope}: {rows:?}");
            let rows = by(view, desc).await?;
            assert!(rows.iter().skip(all - first).all(absent), "field {place} {scope}: {rows:?}");
            assert!(!rows.iter().take(all - first).any(absent), "field {place} {scope}: {rows:?}");
        }
    }
    Ok(())
}

async fn q_order_bool(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let open: Vec<bool> = by(view, |i| i.open.asc()).await?.iter().map(|item| item.open).collect();
        assert_eq!((open.first(), open.last()), (Some(&false), Some(&true)), "{scope}");
        assert_eq!(open.windows(2).filter(|pair| pair.first() != pair.last()).count(), 1, "{scope}");
    }
    Ok(())
}

async fn q_order_enum(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let mut ranks: Vec<Rank> = by(view, |i| i.rank.asc()).await?.iter().map(|item| item.rank).collect();
        ranks.dedup();
        assert_eq!(ranks, [Rank::Novice, Rank::Expert, Rank::Apprentice], "{scope}");
        let mut ranks: Vec<Rank> = by(view, |i| i.rank.desc()).await?.iter().map(|item| item.rank).collect();
        ranks.dedup();
        assert_eq!(ranks, [Rank::Apprentice, Rank::Expert, Rank::Novice], "{scope}");
        let between = view.filter(|i| i.open.eq(true) & i.rank.gt(Rank::Novice));
        let ranks: Vec<Rank> = between.all().await?.iter().map(|item| item.rank).collect();
        assert!(!ranks.is_empty() && !ranks.contains(&Rank::Novice), "{scope}: {ranks:?}");
    }
    Ok(())
}

/// Sorted: upper case before lower, digits by digit, each before what it begins, and by bytes where UTF-16 differs.
const TEXTS: [&str; 14] =
    ["", " ", "10", "9", "A", "B", "a", "a\u{1}", "a ", "aB", "aa", "\u{e9}", "\u{ffff}", "\u{10000}"];

async fn q_order_text(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    let rows = TEXTS.iter().enumerate().map(|(place, text)| Item {
        name: (*text).to_owned(),
        nick: Some((*text).to_owned()),
        alias: Some((*text).to_owned()),
        ..super::sample::sample(place as u64 * 5 % 14, place)
    });
    items.insert_many(rows).await?;
    let names: Vec<String> = by(&items, |i| i.name.asc()).await?.into_iter().map(|item| item.name).collect();
    assert_eq!(names, TEXTS);
    let nicks: Vec<Option<String>> =
        by(&items, |i| i.nick.asc()).await?.into_iter().map(|item| item.nick).collect();
    assert!(nicks.iter().flatten().eq(TEXTS), "{nicks:?}");
    let aliases: Vec<Option<String>> =
        by(&items, |i| i.alias.desc()).await?.into_iter().map(|item| item.alias).collect();
    assert!(aliases.iter().rev().flatten().eq(TEXTS), "{aliases:?}");
    Ok(())
}

/// Fails unless all rows come in this order, in every scope.
async fn ordered(scene: &Scene<Item>, terms: &[Term]) -> Result<()> {
    let mut expected = scene.rows.clone();
    expected.sort_by(|one, other| compared(terms, one, other));
    let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
    for (scope, view) in &scene.views {
        let mut find = view.query();
        for term in terms {
            find = find.then_by(term.order);
        }
        let keys = find.keys().await?;
        assert!(expected.iter().map(|item| &item.id).eq(&keys), "by {names:?} {scope}: {keys:?}");
    }
    Ok(())
}

async fn q_ties(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for terms in [
        &[term!(score asc)][..],
        &[term!(open asc)],
        &[term!(group asc)],
        &[term!(level asc)],
        &[term!(rank asc)],
        &[term!(open asc), term!(rank asc)],
    ] {
        ordered(&scene, terms).await?;
    }
    for (scope, view) in &scene.views {
        let equal = view.filter(|i| i.score.eq(0)).order_by(|i| i.score.asc()).keys().await?;
        assert!(equal.len() > 2 && equal.is_sorted(), "{scope}: {equal:?}");
    }
    Ok(())
}

async fn q_ties_desc(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for terms in [
        &[term!(score desc)][..],
        &[term!(open desc)],
        &[term!(level desc)],
        &[term!(open asc), term!(rank desc)],
        &[term!(open desc), term!(rank asc)],
        &[term!(group asc), term!(score desc)],
        &[term!(group desc), term!(score asc)],
        &[term!(group desc), term!(score desc)],
    ] {
        ordered(&scene, terms).await?;
    }
    for (scope, view) in &scene.views {
        let equal = view.filter(|i| i.score.eq(0)).order_by(|i| i.score.desc()).keys().await?;
        assert!(equal.len() > 2 && equal.iter().rev().is_sorted(), "{scope}: {equal:?}");
        let equal = view.filter(|i| i.level.eq(0) & i.open.eq(true)).order_by(|i| i.level.desc());
        let equal = equal.keys().await?;
        assert!(equal.len() > 1 && equal.iter().rev().is_sorted(), "{scope}: {equal:?}");
    }
    Ok(())
}

async fn q_order_terms(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for terms in ORDERS {
        ordered(&scene, terms).await?;
    }
    Ok(())
}

async fn q_order_reversed(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        for (scope, view) in &scene.views {
            for filter in [|_| Filter::all(), |i: ItemFields| i.score.ge(0), |i: ItemFields| i.open.eq(true)]
            {
                let (mut there, mut back) = (view.filter(filter), view.filter(filter));
                for term in *terms {
                    there = there.then_by(term.order);
                    back = back.then_by(term.opposite);
                }
                let (there, mut back) = (there.keys().await?, back.keys().await?);
                back.reverse();
                // without a term there is nothing that could be turned round
                assert!(there == back || terms.is_empty(), "by {names:?} {scope}: {there:?}");
            }
        }
    }
    Ok(())
}

async fn q_order_again(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    ordered(&scene, &[term!(score asc), term!(score asc)]).await?;
    ordered(&scene, &[term!(score asc), term!(score desc)]).await?;
    ordered(&scene, &[term!(group desc), term!(open asc), term!(group asc)]).await?;
    ordered(&scene, &[term!(id desc), term!(score asc)]).await?;
    ordered(&scene, &[term!(level asc), term!(level desc), term!(open asc)]).await
}

async fn q_order_filtered(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let filters: [fn(ItemFields) -> Filter<Item>; 8] = [
        |i| i.score.eq(0),
        |i| i.score.between(-5..=7),
        |i| i.group.eq(3),
        |i| i.group.is_none() | i.group.eq(3),
        |i| i.tags.contains("b"),
        |i| i.open.eq(true),
        |i| i.id.lt(70),
        |i| i.name.starts_with("a") | i.nick.is_none() | i.level.eq(0),
    ];
    for terms in ORDERS {
        let names: Vec<&str> = terms.iter().map(|term| term.name).collect();
        for (scope, view) in &scene.views {
            let arranged = |filter: fn(ItemFields) -> Filter<Item>| {
                terms.iter().fold(view.filter(filter), |find, term| find.then_by(term.order))
            };
            let all = arranged(|_| Filter::all()).keys().await?;
            for (place, filter) in filters.into_iter().enumerate() {
                let found = arranged(filter).keys().await?;
                let expected: Vec<u64> = all.iter().filter(|id| found.contains(id)).copied().collect();
                assert!(!found.is_empty(), "filter {place} {scope}");
                assert_eq!(found, expected, "filter {place} by {names:?} {scope}");
            }
        }
    }
    Ok(())
}
