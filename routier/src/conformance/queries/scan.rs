//! Queries by a closure: section 3.4.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::ASKS;
use crate::conformance::queries::sample::{Item, samples};
use crate::conformance::queries::scene::Scene;
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result};

clauses! {
    "3.4" q_scan: "`scan` tests fields that are not declared, and gives the rows that pass in key order.";
    "3.4" q_scan_arranged: "The rows of a `scan` are ordered, skipped and limited like those of a filter.";
    "3.4" q_scan_terminals: "`scan` has every call that carries a query out but those of cursors.";
    "3.4" q_scan_filtered: "A filter of a `scan` must hold beside its closure.";
    "3.4" q_scan_writes [SERIALIZABLE]: "`update` and `remove` of a `scan` reach the rows that pass, and no others.";
    "3.4" q_scan_explained: "A `scan` says that it scans.";
}

async fn q_scan(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for number in 0..6 {
            let note = format!("note {number}");
            let expected: Vec<Item> = scene.rows.iter().filter(|row| row.note == note).cloned().collect();
            assert_eq!(expected.is_empty(), number == 5);
            let wanted = note.clone();
            let rows = view.scan(move |row| row.note == wanted).all().await?;
            assert!(rows.iter().map(|row| row.entity()).eq(&expected), "{note} {scope}: {rows:?}");
        }
    }
    Ok(())
}

async fn q_scan_arranged(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for ask in ASKS {
            let rows = ask.scan(view).all().await?;
            let expected = ask.of(&scene.rows);
            assert!(rows.iter().map(|row| row.entity()).eq(&expected), "{} {scope}: {rows:?}", ask.name);
        }
    }
    Ok(())
}

async fn q_scan_terminals(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for ask in ASKS {
            let (name, rows) = (format!("{} {scope}", ask.name), ask.of(&scene.rows));
            let find = || ask.scan(view);
            assert_eq!(find().first().await?.as_deref(), rows.first(), "{name}");
            match rows.as_slice() {
                [] => drop(refused(find().one().await, ErrorKind::NotFound)),
                [only] => assert_eq!(find().one().await?.entity(), only, "{name}"),
                _ => drop(refused(find().one().await, ErrorKind::NotUnique)),
            }
            assert_eq!(find().count().await?, rows.len() as u64, "{name}");
            assert_eq!(find().exists().await?, !rows.is_empty(), "{name}");
            assert!(find().keys().await?.iter().eq(rows.iter().map(|row| &row.id)), "{name}");
            let mut stream = find().stream();
            for row in &rows {
                assert_eq!(stream.next().await.transpose()?.as_deref(), Some(row), "{name}");
            }
            assert!(stream.next().await.is_none(), "{name}");
            assert_eq!(find().min(|i| i.group).await?, rows.iter().filter_map(|i| i.group).min(), "{name}");
            assert_eq!(find().max(|i| i.score).await?, rows.iter().map(|i| i.score).max(), "{name}");
            let sum: i128 = rows.iter().map(|i| i128::from(i.level)).sum();
            assert_eq!(find().sum(|i| i.level).await?, sum, "{name}");
            let average = (!rows.is_empty()).then(|| sum as f64 / rows.len() as f64);
            assert_eq!(find().avg(|i| i.level).await?, average, "{name}");
            assert_eq!(find().explain_analyze().await?.returned(), rows.len() as u64, "{name}");
        }
    }
    Ok(())
}

async fn q_scan_filtered(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let passes = |row: &Item| row.note != "note 1" && row.note != "note 3";
    for (scope, view) in &scene.views {
        let find = || view.scan(passes).filter(|i| i.score.ge(0)).order_by(|i| i.score.desc());
        let mut expected: Vec<&Item> =
            scene.rows.iter().filter(|row| passes(row) && row.score >= 0).collect();
        expected.sort_by_key(|row| std::cmp::Reverse((row.score, row.id)));
        assert!(expected.len() > 4, "{scope}");
        let rows = find().all().await?;
        assert!(rows.iter().map(|row| row.entity()).eq(expected.iter().copied()), "{scope}: {rows:?}");
        let part = find().offset(1).limit(2).keys().await?;
        assert!(expected.iter().skip(1).take(2).map(|row| &row.id).eq(&part), "{scope}: {part:?}");
        let none = view.scan(passes).filter(|i| i.id.eq(12));
        assert_eq!(none.count().await?, 0, "{scope}");
        assert!(view.scan(|_| true).filter(|i| i.id.eq(20)).exists().await?, "{scope}");
        assert!(!view.scan(|_| false).filter(|i| i.id.eq(20)).exists().await?, "{scope}");
    }
    Ok(())
}

async fn q_scan_writes(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let (wanted, others): (Vec<Item>, Vec<Item>) =
        samples().into_iter().partition(|row| row.note == "note 2");
    let changed = items.scan(|row| row.note == "note 2").update(|row| row.note.push('!')).await?;
    assert_eq!(changed, wanted.len() as u64);
    for row in &wanted {
        let found = items.get(&row.id).await?;
        assert_eq!(found.map(|row| row.note.clone()).as_deref(), Some("note 2!"), "{}", row.id);
    }
    assert_eq!(items.scan(|row| row.note == "note 2!").offset(1).limit(2).remove().await?, 2);
    assert_eq!(items.scan(|row| row.note == "note 2!").remove().await?, wanted.len() as u64 - 2);
    let mut left: Vec<u64> = others.iter().map(|row| row.id).collect();
    left.sort_unstable();
    assert_eq!(items.query().keys().await?, left);
    Ok(())
}

async fn q_scan_explained(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let plan = items.scan(|row| row.note == "note 2").explain().await?;
    assert!(plan.is_scan() && plan.index().is_none(), "{plan}");
    let ordered = items.scan(|row| row.note == "note 2").order_by(|i| i.score.asc()).explain().await?;
    assert!(ordered.is_scan(), "{ordered}");
    let analysis = items.scan(|row| row.note == "note 2").explain_analyze().await?;
    assert!(analysis.plan().is_scan(), "{analysis}");
    let all = samples().len() as u64;
    assert!(analysis.examined().is_none_or(|examined| examined >= all), "{analysis}");
    Ok(())
}
