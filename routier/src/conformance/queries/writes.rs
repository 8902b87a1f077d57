//! Changing and removing what a query finds: sections 3.4 and 4.6.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::ASKS;
use crate::conformance::queries::sample::{Item, Sample, sample, samples};
use crate::conformance::tools::refused;
use crate::{Collection, Error, ErrorKind, Result, Store, View};

clauses! {
    "3.4" q_update [SERIALIZABLE]: "`update` of a query changes exactly the rows that `all` gives, and says how many.";
    "3.4" q_remove [SERIALIZABLE]: "`remove` of a query removes exactly the rows that `all` gives, and says how many.";
    "4.6" q_update_moves [SERIALIZABLE]: "`update` changes each row once, also where it moves rows along the index it walks.";
    "4.6" q_update_nothing [SERIALIZABLE]: "`update` and `remove` of no rows give 0, and commit nothing.";
    "4.6" q_update_refused [SERIALIZABLE]: "An `Err` of the closure writes nothing, and comes back.";
    "2.6" q_update_invalid [SERIALIZABLE]: "`update` of a query that would break a row writes none of them.";
    "2.5" q_update_swaps [SERIALIZABLE]: "`update` of a query may swap distinct values among its rows.";
    "3.1" q_indexes_agree: "After any writes, what every index finds is what a scan finds.";
}

async fn filled(subject: &Subject) -> Result<(Store, Collection<Item>)> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    Ok((store, items))
}

/// All rows, by key.
async fn whole(items: &View<Item>) -> Result<Vec<Item>> {
    Ok(items.query().all().await?.iter().map(|row| row.entity().clone()).collect())
}

async fn q_update(subject: &Subject) -> Result<()> {
    for ask in ASKS {
        let (_store, items) = filled(subject).await?;
        let before = items.query().all().await?;
        let wanted = ask.of(&samples());
        let count = ask.find(&items).update(|item| item.note.push('!')).await?;
        assert_eq!(count, wanted.len() as u64, "{}", ask.name);
        for (row, old) in items.query().all().await?.iter().zip(&before) {
            let is_wanted = wanted.contains(old.entity());
            let note = if is_wanted { format!("{}!", old.note) } else { old.note.clone() };
            assert_eq!(row.entity(), &Item { note, ..old.entity().clone() }, "{}", ask.name);
            assert_eq!(row.version() != old.version(), is_wanted, "{}: {}", ask.name, row.id);
        }
    }
    Ok(())
}

async fn q_remove(subject: &Subject) -> Result<()> {
    for ask in ASKS {
        let (_store, items) = filled(subject).await?;
        let mut left = whole(&items).await?;
        let wanted = ask.of(&samples());
        left.retain(|item| !wanted.contains(item));
        assert_eq!(ask.find(&items).remove().await?, wanted.len() as u64, "{}", ask.name);
        assert_eq!(whole(&items).await?, left, "{}", ask.name);
        let again = ask.find(&items).offset(0).limit(u64::MAX).count().await?;
        let rest = left.iter().filter(|item| (ask.keep)(item)).count();
        assert_eq!(again, rest as u64, "{}", ask.name);
    }
    Ok(())
}

async fn q_update_moves(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    let mut model = samples();
    model.sort_by_key(|item| item.id);
    for (turn, by) in [3, -4, 1_000].into_iter().enumerate() {
        let moved = |score: i32| score.saturating_add(by);
        let find = items.filter(|i| i.score.ge(-5_000)).order_by(|i| i.score.desc());
        let count = find.update(move |item| item.score = item.score.saturating_add(by)).await?;
        let mut changed = 0;
        for item in model.iter_mut().filter(|item| item.score >= -5_000) {
            item.score = moved(item.score);
            changed += 1;
        }
        assert_eq!(count, changed, "turn {turn}");
        assert_eq!(whole(&items).await?, model, "turn {turn}");
        let mut scores: Vec<i32> = model.iter().map(|item| item.score).collect();
        scores.sort_unstable();
        let found = items.query().order_by(|i| i.score.asc()).all().await?;
        assert!(found.iter().map(|row| row.score).eq(scores), "turn {turn}: {found:?}");
    }
    Ok(())
}

async fn q_update_nothing(subject: &Subject) -> Result<()> {
    let (store, items) = filled(subject).await?;
    let before = items.query().all().await?;
    let mut changes = items.changes().await?;
    for find in [
        items.filter(|i| i.id.eq(12)),
        items.filter(|i| i.score.gt(0) & i.score.lt(0)),
        items.query().limit(0),
        items.query().offset(25),
    ] {
        assert_eq!(find.clone().update(|item| item.note.push('!')).await?, 0);
        assert_eq!(find.remove().await?, 0);
    }
    assert_eq!(items.query().all().await?, before);
    // what comes next is what was written next
    items.insert(sample(300, 1)).await?;
    assert_eq!(changes.next().await.transpose()?.map(|change| change.key()), Some(300));
    drop(store);
    Ok(())
}

async fn q_update_refused(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    let before = items.query().all().await?;
    let outcome = items.query().update(|item| {
        item.score = 6;
        if item.id == 84 { Err(Error::other(std::fmt::Error)) } else { Ok(()) }
    });
    let error = refused(outcome.await, ErrorKind::Other);
    assert!(error.downcast_ref::<std::fmt::Error>().is_some(), "{error}");
    assert_eq!(items.query().all().await?, before);
    assert_eq!(items.filter(|i| i.score.eq(6)).count().await?, 0);
    Ok(())
}

async fn q_update_invalid(subject: &Subject) -> Result<()> {
    let (store, items) = filled(subject).await?;
    let before = items.query().all().await?;
    let token = store.token();
    let key = items.query().update(|item| item.id += u64::from(item.id == 20)).await;
    assert_eq!(refused(key, ErrorKind::Invalid).collection(), Some("query_items"));
    let text = items.query().update(|item| {
        if item.id == 84 {
            item.name.push('\0');
        }
    });
    let error = refused(text.await, ErrorKind::Invalid);
    assert_eq!(error.fields(), Some(&["name".into()][..]));
    let long = items.query().update(|item| {
        if item.id == 84 {
            item.nick = Some("x".repeat(1_025));
        }
    });
    refused(long.await, ErrorKind::TooLarge);
    let same = items.query().update(|item| item.label = Some("same".to_owned())).await;
    assert_eq!(refused(same, ErrorKind::Duplicate).value(), Some("\"same\""));
    let taken = items.filter(|i| i.id.eq(20)).update(|item| item.label = Some("label 84".to_owned()));
    refused(taken.await, ErrorKind::Duplicate);
    assert_eq!(items.query().all().await?, before);
    assert_eq!(store.token(), token);
    Ok(())
}

async fn q_update_swaps(subject: &Subject) -> Result<()> {
    let (_store, items) = filled(subject).await?;
    let swap = items.filter(|i| i.label.one_of(["label 20", "label 84"])).update(|item| {
        item.label = Some(format!("label {}", 104 - item.id));
    });
    assert_eq!(swap.await?, 2);
    assert_eq!(items.get_by(|i| i.label, "label 84").await?.map(|row| row.id), Some(20));
    assert_eq!(items.get_by(|i| i.label, "label 20").await?.map(|row| row.id), Some(84));
    assert_eq!(items.filter(|i| i.label.eq("label 20")).keys().await?, [84]);
    Ok(())
}

async fn q_indexes_agree(subject: &Subject) -> Result<()> {
    let (store, items) = filled(subject).await?;
    // a snapshot keeps old versions, which no index may show to others
    let then = store.snapshot().await?.collection::<Item>().await?;
    for turn in 0_u64..10 {
        for (place, item) in samples().iter().enumerate() {
            match (place as u64 * 7 + turn * 5) % 11 {
                0 => drop(items.remove_key(&item.id).await?),
                1 | 2 => drop(items.upsert(item.twisted()).await?),
                3 => drop(items.upsert(item.clone()).await?),
                4 => {
                    drop(items.upsert(Item { label: None, ..sample(item.id, place + turn as usize) }).await?)
                }
                _ => {}
            }
        }
        let (now, before) = (whole(&items).await?, whole(&then).await?);
        for (view, model, scope) in [(&*items, &now, "in the store"), (&then, &before, "in the snapshot")] {
            for ask in ASKS {
                let rows = ask.find(view).all().await?;
                let name = format!("{} {scope}, turn {turn}", ask.name);
                assert!(rows.iter().map(|row| row.entity()).eq(&ask.of(model)), "{name}: {rows:?}");
                assert_eq!(ask.scan(view).count().await?, rows.len() as u64, "{name}");
            }
        }
    }
    Ok(())
}
