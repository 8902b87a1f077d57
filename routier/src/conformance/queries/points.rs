//! Reads by a key or a distinct value: sections 1, 2.1 and 3.6.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::meanwhile::{AsyncOthers, meanwhile};
use crate::conformance::queries::sample::{Item, LAST, Rank, sample, samples};
use crate::conformance::queries::scene::{Scene, begin};
use crate::conformance::tools::refused;
use crate::{Collection, Entity, ErrorKind, Result, Store, Versioned, View};

clauses! {
    "3.6" q_get_many: "`get_many` gives a row or `None` for each key asked, in the order asked.";
    "3.6" q_get_many_repeats: "A key that is asked for several times is answered as often.";
    "3.6" q_get_many_nothing: "`get_many` of no keys gives nothing.";
    "3.6" q_get_many_state: "All answers of a `get_many` are from one state.";
    "2.1" q_get_by_distinct: "`get_by` finds a row by its distinct value, and by no other.";
    "2.1" q_get_by_key: "`get_by` finds a row by its key.";
    "2.1" q_get_by_group: "`get_by` finds a row by all the values of a distinct group, the fields in any order.";
    "2.1" q_get_by_composite: "`get_by` finds a row by all the parts of its key, the fields in any order.";
    "2.1" q_get_by_others: "`get_by` of fields that are no distinct group and no key is `Invalid`.";
    "2.1" q_get_by_absent: "A distinct field without a value, and a group with a part absent, find no row and hide none.";
    "2.1" q_get_by_moved: "A distinct value that went from one row to another finds the other.";
    "1" q_get_borrowed: "References and borrowed text work wherever a key or a value does.";
    "1" q_read_when_called [RESIDENT]: "A point read is made when it is called, not when it is awaited.";
    "1" q_read_own_when_called: "A point read of what a transaction wrote is made when it is called.";
}

async fn q_get_many(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let asked = [20, 12, LAST, 84, 0, 3, 10, 200, 37];
    for (scope, view) in &scene.views {
        let found = view.get_many(asked).await?;
        assert_eq!(found.len(), asked.len(), "{scope}");
        for (id, found) in asked.iter().zip(&found) {
            let expected = scene.rows.iter().find(|row| row.id == *id);
            assert_eq!(found.as_deref(), expected, "{id} {scope}");
            assert_eq!(view.get(id).await?.as_deref(), expected, "{id} {scope}");
        }
        let turned = view.get_many(asked.iter().rev()).await?;
        assert!(turned.iter().rev().eq(&found), "{scope}");
    }
    Ok(())
}

async fn q_get_many_repeats(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let found = view.get_many([20, 20, 12, 20, 12, LAST, 20]).await?;
        let ids: Vec<Option<u64>> = found.iter().map(|row| row.as_ref().map(Versioned::key)).collect();
        let once = Some(20);
        assert_eq!(ids, [once, once, None, once, None, Some(LAST), once], "{scope}");
    }
    Ok(())
}

async fn q_get_many_nothing(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        assert_eq!(view.get_many(Vec::<u64>::new()).await?, [], "{scope}");
    }
    Ok(())
}

/// Gives the whole score of two rows to one of them, and back.
struct Swapping(Store);

impl AsyncOthers for Swapping {
    async fn write(&mut self, turn: u32) -> Result<()> {
        let transaction = begin(&self.0).await?;
        let items = transaction.collection::<Item>().await?;
        for (id, score) in [(20, turn % 2), (84, 1 - turn % 2)] {
            items.modify(&id, |item| item.score = score.cast_signed()).await?;
        }
        transaction.commit().await
    }
}

async fn q_get_many_state(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    Swapping(store.clone()).write(0).await?;
    for _ in 0..3 {
        let rows = meanwhile(items.get_many([20, 84, 20, 84]), Swapping(store.clone())).await?;
        let scores: Vec<i32> = rows.iter().flatten().map(|row| row.score).collect();
        assert!(scores == [0, 1, 0, 1] || scores == [1, 0, 1, 0], "{scores:?}");
    }
    Ok(())
}

async fn q_get_by_distinct(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for row in &scene.rows {
            if let Some(label) = &row.label {
                assert_eq!(view.get_by(|i| i.label, label).await?.as_deref(), Some(row), "{label} {scope}");
            }
        }
        for label in ["", "label", "label 2", "label 200", "Label 20", "label 20, before", "label 10"] {
            assert_eq!(view.get_by(|i| i.label, label).await?, None, "{label} {scope}");
        }
    }
    Ok(())
}

async fn q_get_by_key(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for row in &scene.rows {
            assert_eq!(view.get_by(|i| i.id, row.id).await?.as_deref(), Some(row), "{} {scope}", row.id);
        }
        for id in [0, 12, 200, LAST - 1] {
            assert_eq!(view.get_by(|i| i.id, &id).await?, None, "{id} {scope}");
        }
    }
    Ok(())
}

/// A key of two fields, and a distinct group of two of which one may be absent.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_places", distinct(kind, code))]
struct Place {
    #[key]
    region: String,
    #[key]
    number: u32,
    kind: Option<Rank>,
    code: i64,
}

fn place(region: &str, number: u32, kind: Option<Rank>, code: i64) -> Place {
    Place { region: region.to_owned(), number, kind, code }
}

/// Some places in a store and, but for the one that is removed, staged by a transaction.
async fn places(subject: &Subject) -> Result<(Store, crate::Transaction, [Collection<Place>; 2])> {
    let rows = [
        place("north", 1, Some(Rank::Expert), -4),
        place("north", 2, Some(Rank::Expert), 4),
        place("south", 1, Some(Rank::Novice), -4),
        place("south", 2, None, -4),
        place("south", 3, None, -4),
    ];
    let store = subject.store().await?;
    let stored = store.collection::<Place>().await?;
    let transaction = begin(&store).await?;
    let staged = transaction.collection::<Place>().await?;
    stored.insert_many(rows.clone()).await?;
    staged.insert(place("east", 1, Some(Rank::Apprentice), 0)).await?;
    staged.remove_key(&("east", 1)).await?;
    staged.insert_many(rows).await?;
    Ok((store, transaction, [stored, staged]))
}

fn number(found: Option<&Versioned<Place>>) -> Option<(&str, u32)> {
    found.map(|row| (row.region.as_str(), row.number))
}

async fn q_get_by_group(subject: &Subject) -> Result<()> {
    let (_store, _transaction, scopes) = places(subject).await?;
    for places in &scopes {
        let found = places.get_by(|p| (p.kind, p.code), (Rank::Expert, -4)).await?;
        assert_eq!(number(found.as_ref()), Some(("north", 1)));
        let turned = places.get_by(|p| (p.code, p.kind), (&-4, &Rank::Expert)).await?;
        assert_eq!(turned, found);
        let found = places.get_by(|p| (p.kind, p.code), (Rank::Novice, -4)).await?;
        assert_eq!(number(found.as_ref()), Some(("south", 1)));
        for absent in [(Rank::Novice, 4), (Rank::Apprentice, -4), (Rank::Apprentice, 0)] {
            assert_eq!(places.get_by(|p| (p.kind, p.code), absent).await?, None, "{absent:?}");
        }
    }
    Ok(())
}

async fn q_get_by_composite(subject: &Subject) -> Result<()> {
    let (_store, _transaction, scopes) = places(subject).await?;
    for places in &scopes {
        let found = places.get_by(|p| (p.region, p.number), ("south", 2)).await?;
        assert_eq!(number(found.as_ref()), Some(("south", 2)));
        assert_eq!(places.get_by(|p| (p.number, p.region), (2, "south")).await?, found);
        assert_eq!(places.get(&("south", 2)).await?, found);
        for absent in [("south", 4), ("east", 1), ("", 2)] {
            assert_eq!(places.get_by(|p| (p.region, p.number), absent).await?, None, "{absent:?}");
        }
    }
    Ok(())
}

async fn q_get_by_others(subject: &Subject) -> Result<()> {
    let (_store, _transaction, scopes) = places(subject).await?;
    for places in &scopes {
        let mixed = places.get_by(|p| (p.kind, p.number), (Rank::Expert, 1)).await;
        let repeated = places.get_by(|p| (p.region, p.region), ("north", "north")).await;
        let more = places.get_by(|p| (p.region, p.number, p.code), ("north", 1, -4)).await;
        for (outcome, fields) in [
            (mixed, &["kind", "number"][..]),
            (repeated, &["region", "region"]),
            (more, &["region", "number", "code"]),
        ] {
            let error = refused(outcome, ErrorKind::Invalid);
            assert_eq!(error.collection(), Some("query_places"));
            let named = error.fields().unwrap_or_default();
            assert!(named.iter().map(|name| &**name).eq(fields.iter().copied()), "{fields:?}: {named:?}");
        }
    }
    Ok(())
}

async fn q_get_by_absent(subject: &Subject) -> Result<()> {
    let (_store, _transaction, scopes) = places(subject).await?;
    for places in &scopes {
        let absent: Vec<(String, u32)> = places.filter(|p| p.kind.is_none()).keys().await?;
        assert_eq!(absent, [("south".to_owned(), 2), ("south".to_owned(), 3)]);
        assert_eq!(places.filter(|p| p.kind.is_none() & p.code.eq(-4)).count().await?, 2);
        for kind in [Rank::Novice, Rank::Expert, Rank::Apprentice] {
            let found = places.get_by(|p| (p.kind, p.code), (kind, -4)).await?;
            assert!(found.is_none_or(|row| row.kind == Some(kind)), "{kind:?}");
        }
    }
    Ok(())
}

async fn q_get_by_moved(subject: &Subject) -> Result<()> {
    async fn found(items: &View<Item>, label: &str) -> Result<Option<u64>> {
        Ok(items.get_by(|i| i.label, label).await?.map(|row| row.id))
    }
    let store = subject.store().await?;
    let stored = store.collection::<Item>().await?;
    stored.insert_many((0..4).map(|id| Item { label: Some(format!("{id}")), ..sample(id, 0) })).await?;
    let then = store.snapshot().await?.collection::<Item>().await?;
    let transaction = begin(&store).await?;
    let staged = transaction.collection::<Item>().await?;
    staged.modify(&0, |item| item.label = None).await?;
    assert_eq!(found(&staged, "0").await?, None);
    staged.modify(&1, |item| item.label = Some("0".to_owned())).await?;
    staged.remove_key(&2).await?;
    staged.insert(Item { label: Some("2".to_owned()), ..sample(9, 0) }).await?;
    let moved = [("0", Some(1)), ("1", None), ("2", Some(9)), ("3", Some(3))];
    let before = [("0", Some(0)), ("1", Some(1)), ("2", Some(2)), ("3", Some(3))];
    for (label, id) in moved {
        assert_eq!(found(&staged, label).await?, id, "{label} in the transaction");
    }
    for (label, id) in before {
        assert_eq!(found(&stored, label).await?, id, "{label} before the commit");
    }
    transaction.commit().await?;
    for (label, id) in moved {
        assert_eq!(found(&stored, label).await?, id, "{label} after the commit");
        assert_eq!(stored.filter(|i| i.label.eq(label)).keys().await?.first().copied(), id, "{label}");
    }
    for (label, id) in before {
        assert_eq!(found(&then, label).await?, id, "{label} in the snapshot");
    }
    Ok(())
}

async fn q_get_borrowed(subject: &Subject) -> Result<()> {
    let (_store, _transaction, scopes) = places(subject).await?;
    let (owned, region) = (("north".to_owned(), 2), "north");
    for places in &scopes {
        let found = places.get(&owned).await?;
        assert_eq!(number(found.as_ref()), Some(("north", 2)));
        assert_eq!(places.get(&(region, 2)).await?, found);
        assert_eq!(places.get(&(&owned.0, &2)).await?, found);
        assert_eq!(places.get_many([(region, 2)]).await?.first(), Some(&found));
        assert_eq!(places.get_by(|p| (p.region, p.number), (&owned.0, &owned.1)).await?, found);
        for filter in [
            places.filter(|p| p.region.eq(region) & p.number.eq(2)),
            places.filter(|p| p.region.eq(&owned.0) & p.number.eq(owned.1)),
            places.filter(|p| p.region.eq(region.to_owned()) & p.number.one_of([&owned.1])),
            places.filter(|p| p.region.one_of(vec![region]) & p.number.between(2..=2)),
        ] {
            assert_eq!(filter.one().await.ok(), found);
        }
    }
    Ok(())
}

async fn q_read_when_called(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert(Item { label: Some("one".to_owned()), ..sample(1, 0) }).await?;
    let (one, labelled) = (items.get(&1), items.get_by(|i| i.label, "one"));
    let absent = items.get(&2);
    items.modify(&1, |item| item.label = Some("other".to_owned())).await?;
    items.insert(sample(2, 0)).await?;
    let labels = [one.await?, labelled.await?].map(|row| row.and_then(|row| row.label.clone()));
    assert_eq!(labels.each_ref().map(Option::as_deref), [Some("one"), Some("one")]);
    assert_eq!(absent.await?, None);
    Ok(())
}

async fn q_read_own_when_called(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    store.collection::<Item>().await?.insert(sample(1, 0)).await?;
    let transaction = begin(&store).await?;
    let items = transaction.collection::<Item>().await?;
    let labelled = |label: &'static str| move |item: &mut Item| item.label = Some(label.to_owned());
    items.modify(&1, labelled("one")).await?;
    items.insert(sample(2, 0)).await?;
    let (one, by_label) = (items.get(&1), items.get_by(|i| i.label, "one"));
    items.modify(&1, labelled("other")).await?;
    let labels = [one.await?, by_label.await?].map(|row| row.and_then(|row| row.label.clone()));
    assert_eq!(labels.each_ref().map(Option::as_deref), [Some("one"), Some("one")]);
    assert_eq!(items.get(&2).await?.as_deref(), Some(&sample(2, 0)));
    assert_eq!(items.get_by(|i| i.label, "one").await?, None);
    assert!(items.get_by(|i| i.label, "other").await?.is_some());
    Ok(())
}
