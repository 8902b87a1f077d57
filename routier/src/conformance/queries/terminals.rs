//! Every call that carries a query out: sections 3.4 and 3.5.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::{ASKS, Ask};
use crate::conformance::queries::sample::{Item, samples};
use crate::conformance::queries::scene::Scene;
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result, Versioned, View};

clauses! {
    "3.4" q_all: "`all` gives the rows of a query, whole, each once, in order.";
    "3.5" q_first: "`first` gives what `all` gives first, and `None` of no rows.";
    "3.5" q_one: "`one` gives the only row of a query.";
    "3.5" q_one_none: "`one` of no rows is `NotFound`.";
    "3.5" q_one_several: "`one` of several rows is `NotUnique`, where the limit lets several through.";
    "3.4" q_count: "`count` says how many rows `all` gives, offset and limit included.";
    "3.4" q_exists: "`exists` says whether `all` gives a row, offset and limit included.";
    "3.4" q_keys: "`keys` gives the keys of the rows that `all` gives, in the same order.";
    "3.4" q_stream: "`stream` hands out the rows that `all` gives, one by one in the same order, and then ends.";
    "3.4" q_min: "`min` gives the least value among the rows that `all` gives.";
    "3.4" q_max: "`max` gives the greatest value among the rows that `all` gives.";
    "3.4" q_sum: "`sum` adds up the rows that `all` gives, and no others.";
    "3.4" q_avg: "`avg` is the average of the rows that `all` gives, and of no others.";
    "3.8" q_explain: "`explain` tells how a query would be carried out: it names the collection.";
    "3.8" q_explain_analyze: "`explain_analyze` counts the rows that `all` gives, and examined no fewer of the stored.";
    "1" q_view_helper: "What takes a `View` takes a collection, that of a transaction and that of a snapshot.";
}

/// Every query in every scope, with the rows that it gives.
fn cases(scene: &Scene<Item>) -> impl Iterator<Item = (String, &View<Item>, &'static Ask, Vec<Item>)> {
    scene.views.iter().flat_map(move |(scope, view)| {
        ASKS.iter().map(move |ask| (format!("{} {scope}", ask.name), view, ask, ask.of(&scene.rows)))
    })
}

fn same(rows: &[Versioned<Item>], expected: &[Item]) -> bool {
    rows.iter().map(|row| row.entity()).eq(expected)
}

async fn q_all(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        let rows = ask.find(view).all().await?;
        assert!(same(&rows, &expected), "{name}: {rows:?}");
    }
    Ok(())
}

async fn q_first(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        let first = ask.find(view).first().await?;
        assert_eq!(first.as_deref(), expected.first(), "{name}");
    }
    Ok(())
}

async fn q_one(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let by_score = || view.query().order_by(|i| i.score.desc()).then_by(|i| i.name.asc());
        let all = by_score().all().await?;
        for find in [view.filter(|i| i.id.eq(20)), view.filter(|i| i.label.eq("label 20"))] {
            assert_eq!(find.one().await?.id, 20, "{scope}");
        }
        for (place, row) in all.iter().enumerate().take(3) {
            let one = by_score().offset(place as u64).limit(1).one().await?;
            assert_eq!(one.entity(), row.entity(), "row {place} {scope}");
        }
        let last = by_score().offset(all.len() as u64 - 1).one().await?;
        assert_eq!(all.last().map(|row| row.id), Some(last.id), "{scope}");
    }
    Ok(())
}

async fn q_one_none(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene).filter(|(.., expected)| expected.is_empty()) {
        let error = refused(ask.find(view).one().await, ErrorKind::NotFound);
        assert_eq!(error.collection(), Some("query_items"), "{name}");
        assert!(!error.is_retryable() && expected.is_empty(), "{name}");
    }
    Ok(())
}

async fn q_one_several(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, _) in cases(&scene).filter(|(.., expected)| expected.len() > 1) {
        let error = refused(ask.find(view).one().await, ErrorKind::NotUnique);
        assert_eq!(error.collection(), Some("query_items"), "{name}");
        assert!(!error.is_retryable(), "{name}");
        refused(ask.find(view).limit(2).one().await, ErrorKind::NotUnique);
    }
    Ok(())
}

async fn q_count(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        assert_eq!(ask.find(view).count().await?, expected.len() as u64, "{name}");
    }
    Ok(())
}

async fn q_exists(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        assert_eq!(ask.find(view).exists().await?, !expected.is_empty(), "{name}");
    }
    Ok(())
}

async fn q_keys(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        let keys = ask.find(view).keys().await?;
        assert!(expected.iter().map(|item| &item.id).eq(&keys), "{name}: {keys:?}");
    }
    Ok(())
}

async fn q_stream(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, expected) in cases(&scene) {
        let mut stream = ask.find(view).stream();
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await {
            rows.push(row?);
        }
        assert!(same(&rows, &expected), "{name}: {rows:?}");
        assert!(stream.next().await.is_none(), "{name}: after the end");
    }
    Ok(())
}

async fn q_min(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, rows) in cases(&scene) {
        let find = || ask.find(view);
        assert_eq!(find().min(|i| i.id).await?, rows.iter().map(|i| i.id).min(), "id: {name}");
        assert_eq!(find().min(|i| i.score).await?, rows.iter().map(|i| i.score).min(), "score: {name}");
        assert_eq!(find().min(|i| i.level).await?, rows.iter().map(|i| i.level).min(), "level: {name}");
        assert_eq!(
            find().min(|i| i.group).await?,
            rows.iter().filter_map(|i| i.group).min(),
            "group: {name}"
        );
        let nick = rows.iter().filter_map(|i| i.nick.clone()).min();
        assert_eq!(find().min(|i| i.nick).await?, nick, "nick: {name}");
        assert_eq!(find().min(|i| i.open).await?, rows.iter().map(|i| i.open).min(), "open: {name}");
        assert_eq!(find().min(|i| i.rank).await?, rows.iter().map(|i| i.rank).min(), "rank: {name}");
    }
    Ok(())
}

async fn q_max(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, rows) in cases(&scene) {
        let find = || ask.find(view);
        assert_eq!(find().max(|i| i.id).await?, rows.iter().map(|i| i.id).max(), "id: {name}");
        assert_eq!(find().max(|i| i.score).await?, rows.iter().map(|i| i.score).max(), "score: {name}");
        assert_eq!(find().max(|i| i.level).await?, rows.iter().map(|i| i.level).max(), "level: {name}");
        assert_eq!(
            find().max(|i| i.group).await?,
            rows.iter().filter_map(|i| i.group).max(),
            "group: {name}"
        );
        let alias = rows.iter().filter_map(|i| i.alias.clone()).max();
        assert_eq!(find().max(|i| i.alias).await?, alias, "alias: {name}");
        assert_eq!(find().max(|i| i.open).await?, rows.iter().map(|i| i.open).max(), "open: {name}");
        assert_eq!(find().max(|i| i.rank).await?, rows.iter().map(|i| i.rank).max(), "rank: {name}");
    }
    Ok(())
}

async fn q_sum(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, rows) in cases(&scene) {
        let find = || ask.find(view);
        let score: i128 = rows.iter().map(|i| i128::from(i.score)).sum();
        assert_eq!(find().sum(|i| i.score).await?, score, "score: {name}");
        let level: i128 = rows.iter().map(|i| i128::from(i.level)).sum();
        assert_eq!(find().sum(|i| i.level).await?, level, "level: {name}");
        let id: u128 = rows.iter().map(|i| u128::from(i.id)).sum();
        assert_eq!(find().sum(|i| i.id).await?, id, "id: {name}");
        let group: u128 = rows.iter().filter_map(|i| i.group).map(u128::from).sum();
        assert_eq!(find().sum(|i| i.group).await?, group, "group: {name}");
    }
    Ok(())
}

async fn q_avg(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, rows) in cases(&scene) {
        let find = || ask.find(view);
        let average = |sum: i128, count: usize| (count > 0).then(|| sum as f64 / count as f64);
        let score = average(rows.iter().map(|i| i128::from(i.score)).sum(), rows.len());
        assert_eq!(find().avg(|i| i.score).await?, score, "score: {name}");
        let groups: Vec<i128> = rows.iter().filter_map(|i| i.group).map(i128::from).collect();
        let group = average(groups.iter().sum(), groups.len());
        assert_eq!(find().avg(|i| i.group).await?, group, "group: {name}");
    }
    Ok(())
}

async fn q_explain(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (name, view, ask, _) in cases(&scene) {
        let plan = ask.find(view).explain().await?;
        assert!(plan.to_string().contains("query_items"), "{name}: {plan}");
        assert_eq!((plan.query.offset, plan.query.limit), (ask.offset, ask.limit), "{name}");
        assert_eq!(plan.query.order.len(), ask.order.len(), "{name}");
    }
    Ok(())
}

async fn q_explain_analyze(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let (before, token) = (items.query().all().await?, store.token());
    for (name, view, ask, expected) in cases(&scene) {
        let analysis = ask.find(view).explain_analyze().await?;
        assert_eq!(analysis.returned(), expected.len() as u64, "{name}");
        assert!(analysis.plan().to_string().contains("query_items"), "{name}");
        let stored = ask.find(&items).explain_analyze().await?;
        assert_eq!(stored.returned(), expected.len() as u64, "{name}");
        let counts = store.capabilities().counts_examined;
        assert_eq!(stored.examined().is_some(), counts, "{name}");
        assert!(stored.examined().is_none_or(|examined| examined >= stored.returned()), "{name}: {stored}");
    }
    assert_eq!((items.query().all().await?, store.token()), (before, token));
    Ok(())
}

async fn q_view_helper(subject: &Subject) -> Result<()> {
    async fn strongest(items: &View<Item>) -> Result<Vec<u64>> {
        items.filter(|i| i.score.ge(5)).order_by(|i| i.score.desc()).keys().await
    }
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let transaction = super::scene::begin(&store).await?;
    let inside = transaction.collection::<Item>().await?;
    let then = store.snapshot().await?.collection::<Item>().await?;
    let expected = strongest(&items).await?;
    assert!(expected.len() > 3);
    assert_eq!(strongest(&inside).await?, expected);
    assert_eq!(strongest(&then).await?, expected);
    for view in [&*items, &*inside, &then] {
        assert_eq!(view.name(), "query_items");
        assert_eq!(view.get(&20).await?.map(|row| row.id), Some(20));
    }
    Ok(())
}
