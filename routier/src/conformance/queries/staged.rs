//! Queries of a transaction that has written: section 4.2.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::ASKS;
use crate::conformance::queries::pages::paged;
use crate::conformance::queries::sample::{Item, LAST, Sample, sample, samples};
use crate::conformance::queries::scene::begin;
use crate::{Collection, Entity, Result, Store, Transaction, View};

clauses! {
    "4.2" q_staged_filter: "A row that a transaction moved into a filter is found there, and one it moved out is not.";
    "4.2" q_staged_window: "Offset and limit count a transaction's own rows, and not those that it removed.";
    "4.2" q_staged_and_gone: "A row that a transaction inserted and removed again leaves no trace in its reads.";
    "4.2" q_staged_again: "A row that a transaction removed and inserted again is found with its new values alone.";
    "4.2" q_staged_extremes: "`min` and `max` of a transaction see the extremes that it made and took away.";
    "4.2" q_staged_commit: "Whatever a transaction wrote, its queries give just what they give after its commit.";
    "4.2" q_staged_many: "Hundreds of staged rows stand among hundreds of stored ones, in every order, each once.";
    "4.2" q_staged_composite: "Staged rows of a composite key stand in the order of the whole key.";
}

/// The samples in a store, and a transaction over them.
async fn opened(subject: &Subject) -> Result<(Store, Transaction, [Collection<Item>; 2])> {
    let store = subject.store().await?;
    let stored = store.collection::<Item>().await?;
    stored.insert_many(samples()).await?;
    let transaction = begin(&store).await?;
    let staged = transaction.collection::<Item>().await?;
    Ok((store, transaction, [stored, staged]))
}

async fn q_staged_filter(subject: &Subject) -> Result<()> {
    let (_store, _transaction, [_, items]) = opened(subject).await?;
    // 20 has the score 0, and no other row the score 6
    let n_zeros = items.filter(|i| i.score.eq(0)).count().await?;
    items.modify(&20, |item| item.score = 6).await?;
    assert_eq!(items.filter(|i| i.score.eq(6)).keys().await?, [20]);
    assert_eq!(items.filter(|i| i.score.between(1..=6) & i.id.le(20)).keys().await?.last(), Some(&20));
    assert!(!items.filter(|i| i.score.eq(0)).keys().await?.contains(&20));
    assert_eq!(items.filter(|i| i.score.eq(0)).count().await?, n_zeros - 1);
    items.modify(&20, |item| item.tags = vec!["new".to_owned(), "new".to_owned()]).await?;
    assert_eq!(items.filter(|i| i.tags.contains("new")).keys().await?, [20]);
    items.modify(&20, |item| item.tags.clear()).await?;
    assert_eq!(items.filter(|i| i.tags.contains("new")).count().await?, 0);
    assert!(items.filter(|i| i.tags.is_empty()).keys().await?.contains(&20));
    items.modify(&20, |item| item.group = None).await?;
    assert!(items.filter(|i| i.group.is_none()).keys().await?.contains(&20));
    items.modify(&20, |item| item.score = 0).await?;
    assert_eq!(items.filter(|i| i.score.eq(0)).count().await?, n_zeros);
    assert!(!items.filter(|i| i.score.eq(6)).exists().await?);
    Ok(())
}

async fn q_staged_window(subject: &Subject) -> Result<()> {
    let (_store, _transaction, [_, items]) = opened(subject).await?;
    let before = items.query().order_by(|i| i.score.desc()).keys().await?;
    let [first, second, rest @ ..] = before.as_slice() else { panic!("there are more") };
    items.remove_key(second).await?;
    let window = |offset, limit| items.query().order_by(|i| i.score.desc()).offset(offset).limit(limit);
    assert_eq!(window(0, 1).keys().await?, [*first]);
    assert_eq!(window(1, 3).keys().await?.as_slice(), rest.get(..3).unwrap_or_default());
    assert_eq!(window(23, 5).count().await?, 1);
    items.insert(Item { label: None, score: i32::MAX, ..sample(LAST - 1, 0) }).await?;
    let top = window(0, 2).keys().await?;
    assert!(top.contains(&(LAST - 1)) && top.contains(first), "{top:?}");
    assert_eq!(window(2, 3).keys().await?.as_slice(), rest.get(..3).unwrap_or_default());
    assert_eq!((window(24, 5).count().await?, window(25, 5).count().await?), (1, 0));
    items.query().order_by(|i| i.id.asc()).limit(20).remove().await?;
    assert_eq!((items.query().count().await?, window(2, 10).count().await?), (5, 3));
    Ok(())
}

async fn q_staged_and_gone(subject: &Subject) -> Result<()> {
    let (_store, _transaction, [stored, items]) = opened(subject).await?;
    let before = stored.query().order_by(|i| i.nick.asc()).all().await?;
    let new = Item { score: 6, label: Some("new".to_owned()), ..sample(300, 1) };
    items.insert(new).await?;
    items.modify(&300, |item| item.score = 7).await?;
    assert_eq!(items.filter(|i| i.label.eq("new")).count().await?, 1);
    items.remove_key(&300).await?;
    assert_eq!(items.query().order_by(|i| i.nick.asc()).all().await?, before);
    assert_eq!(items.get(&300).await?, None);
    assert_eq!(items.get_by(|i| i.label, "new").await?, None);
    assert_eq!(items.filter(|i| i.label.eq("new") | i.score.eq(6)).count().await?, 0);
    Ok(())
}

async fn q_staged_again(subject: &Subject) -> Result<()> {
    let (_store, _transaction, [_, items]) = opened(subject).await?;
    let n_zeros = items.filter(|i| i.score.eq(0)).count().await?;
    items.remove_key(&20).await?;
    let new = Item { score: 6, label: Some("new".to_owned()), name: "new".to_owned(), ..sample(20, 3) };
    items.insert(new.clone()).await?;
    assert_eq!(items.get(&20).await?.as_deref(), Some(&new));
    assert_eq!(items.get_by(|i| i.label, "new").await?.as_deref(), Some(&new));
    assert_eq!(items.get_by(|i| i.label, "label 20").await?, None);
    assert_eq!(items.filter(|i| i.score.eq(6)).keys().await?, [20]);
    assert_eq!(items.filter(|i| i.score.eq(0)).count().await?, n_zeros - 1);
    assert_eq!(items.filter(|i| i.name.starts_with("new")).keys().await?, [20]);
    assert_eq!(items.query().count().await?, samples().len() as u64);
    Ok(())
}

async fn q_staged_extremes(subject: &Subject) -> Result<()> {
    let (_store, _transaction, [_, items]) = opened(subject).await?;
    let extremes = async |items: &View<Item>| -> Result<_> {
        Ok((items.query().min(|i| i.score).await?, items.query().max(|i| i.score).await?))
    };
    assert_eq!(extremes(&items).await?, (Some(i32::MIN), Some(i32::MAX)));
    items.filter(|i| i.score.eq(i32::MIN) | i.score.eq(i32::MAX)).remove().await?;
    assert_eq!(extremes(&items).await?, (Some(-5), Some(7)));
    items.filter(|i| i.score.eq(7)).update(|item| item.score = -6).await?;
    assert_eq!(extremes(&items).await?, (Some(-6), Some(5)));
    items.insert(Item { score: 8, ..sample(300, 1) }).await?;
    assert_eq!(extremes(&items).await?, (Some(-6), Some(8)));
    assert_eq!(items.filter(|i| i.score.gt(5)).min(|i| i.id).await?, Some(300));
    assert_eq!(items.query().max(|i| i.id).await?, Some(300));
    items.query().remove().await?;
    assert_eq!(extremes(&items).await?, (None, None));
    Ok(())
}

/// What a transaction does, one after the other, and what there is after it.
async fn work(items: &Collection<Item>, step: u64, model: &mut Vec<Item>) -> Result<()> {
    let (place, new) = ((step * 11 + 2) as usize % 25, sample(500 + step, step as usize * 3));
    let Some(item) = samples().get(place).cloned() else { return Ok(()) };
    model.retain(|other| other.id != item.id);
    match step % 4 {
        0 => drop(items.remove_key(&item.id).await?),
        1 => {
            let row = items.upsert(item.twisted()).await?;
            items.update(&row, |item| item.score = 6).await?;
            model.push(Item { score: 6, ..item.twisted() });
        }
        2 => {
            items.insert(new.clone()).await?;
            items.remove_key(&item.id).await?;
            items.insert(item.clone()).await?;
            model.extend([new, item]);
        }
        _ => {
            let tags = vec!["b".to_owned(), format!("{step}")];
            let changed = Item { tags, group: Some(7), nick: None, ..item };
            items.upsert(changed.clone()).await?;
            model.push(changed);
        }
    }
    Ok(())
}

/// Fails unless every query gives what it gives of these rows.
async fn gives(items: &View<Item>, model: &[Item], when: &str) -> Result<()> {
    for ask in ASKS {
        let expected = ask.of(model);
        let rows = ask.find(items).all().await?;
        let name = format!("{} {when}", ask.name);
        assert!(rows.iter().map(|row| row.entity()).eq(&expected), "{name}: {rows:?}");
        assert_eq!(ask.find(items).count().await?, expected.len() as u64, "{name}");
        assert_eq!(ask.find(items).exists().await?, !expected.is_empty(), "{name}");
        let scanned = ask.scan(items).keys().await?;
        assert!(expected.iter().map(|item| &item.id).eq(&scanned), "{name}: {scanned:?}");
    }
    Ok(())
}

async fn q_staged_commit(subject: &Subject) -> Result<()> {
    let (_store, transaction, [stored, staged]) = opened(subject).await?;
    let mut model = samples();
    for step in 0..12 {
        work(&staged, step, &mut model).await?;
        gives(&staged, &model, &format!("after {step} steps")).await?;
    }
    let pages = paged(&staged.query().order_by(|i| i.group.asc()), 3).await?;
    transaction.commit().await?;
    gives(&stored, &model, "after the commit").await?;
    assert_eq!(paged(&stored.query().order_by(|i| i.group.asc()), 3).await?, pages);
    Ok(())
}

async fn q_staged_many(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let stored = store.collection::<Item>().await?;
    let row = |id: u64| Item { score: (id as i32 * 37) % 101, ..sample(id, id as usize) };
    stored.insert_many((0..300).map(|place| row(place * 2))).await?;
    let transaction = begin(&store).await?;
    let staged = transaction.collection::<Item>().await?;
    staged.insert_many((0..300).map(|place| row(place * 2 + 1))).await?;
    staged.filter(|i| i.score.eq(5)).remove().await?;
    let mut model: Vec<Item> = (0..600).map(row).filter(|item| item.score != 5).collect();
    for descending in [false, true] {
        model.sort_by_key(|item| (item.score, item.id));
        if descending {
            model.reverse();
        }
        let by_score =
            || staged.query().order_by(|i| if descending { i.score.desc() } else { i.score.asc() });
        let rows = by_score().all().await?;
        assert!(rows.iter().map(|row| row.entity()).eq(&model), "descending: {descending}");
        let mut stream = by_score().stream();
        for item in &model {
            assert_eq!(stream.next().await.transpose()?.as_deref(), Some(item), "descending: {descending}");
        }
        assert!(stream.next().await.is_none());
        let part = by_score().offset(290).limit(9).keys().await?;
        assert!(model.iter().skip(290).take(9).map(|item| &item.id).eq(&part), "descending: {descending}");
    }
    assert_eq!(staged.query().count().await?, model.len() as u64);
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_staged_composites", index(number, height))]
struct Composite {
    #[key]
    region: String,
    #[key]
    number: u8,
    height: Option<u8>,
}

async fn q_staged_composite(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let row = |place: u8| Composite {
        region: ["", "a", "ab", "b"]
            .map(str::to_owned)
            .into_iter()
            .nth(usize::from(place) % 4)
            .unwrap_or_default(),
        number: place / 4,
        height: (!place.is_multiple_of(3)).then_some(place % 5),
    };
    let mut rows: Vec<Composite> = (0..24).map(row).collect();
    let (first, second): (Vec<Composite>, Vec<Composite>) =
        rows.iter().cloned().partition(|row| (row.number + row.region.len() as u8).is_multiple_of(2));
    store.collection::<Composite>().await?.insert_many(first).await?;
    let transaction = begin(&store).await?;
    let staged = transaction.collection::<Composite>().await?;
    staged.insert_many(second.into_iter().rev()).await?;
    let keys = |rows: &[Composite]| -> Vec<(String, u8)> {
        rows.iter().map(|row| (row.region.clone(), row.number)).collect()
    };
    rows.sort_by_key(|row| (row.region.clone(), row.number));
    assert_eq!(staged.query().keys().await?, keys(&rows));
    let of_a: Vec<Composite> = rows.iter().filter(|row| row.region == "a").cloned().collect();
    assert_eq!(staged.filter(|c| c.region.eq("a")).keys().await?, keys(&of_a));
    let some = rows.iter().filter(|row| row.region == "a" && (2..5).contains(&row.number));
    let some: Vec<Composite> = some.cloned().collect();
    assert_eq!(staged.filter(|c| c.region.eq("a") & c.number.between(2..5)).keys().await?, keys(&some));
    rows.reverse();
    let turned = staged.query().order_by(|c| c.region.desc()).then_by(|c| c.number.desc());
    assert_eq!(turned.keys().await?, keys(&rows));
    rows.sort_by_key(|row| (row.number, row.height, row.region.clone()));
    let by_index = staged.query().order_by(|c| c.number.asc()).then_by(|c| c.height.asc());
    assert_eq!(by_index.keys().await?, keys(&rows));
    Ok(())
}
