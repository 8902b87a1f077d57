//! Every kind of read, and what it answers.

use super::polling::Later;
use super::scene::Item;
use crate::{Collection, ErrorKind, Result, View};

/// A read of the items, and its answer as a text.
pub(super) type Asked = fn(View<Item>) -> Later<Result<String>>;

macro_rules! reads {
    ($($name:literal |$items:ident| $read:expr;)*) => {
        &[$(($name, |$items| Box::pin(async move { Ok(format!("{:?}", $read.await?)) }))),*]
    };
}

/// Every kind of read. Whatever happens to a row of the scene, or is added to it, changes some of the answers.
pub(super) const READS: &[(&str, Asked)] = reads! {
    "get" |i| i.get(&1);
    "get of a row that is not there" |i| i.get(&6);
    "get_many" |i| i.get_many([6, 2, 1, 2]);
    "get_by" |i| i.get_by(|i| i.name, "n1");
    "get_by of none" |i| i.get_by(|i| i.name, "n6");
    "all" |i| i.query().all();
    "keys" |i| i.query().keys();
    "a range" |i| i.filter(|i| i.value.between(10..45)).all();
    "a filter without an index" |i| i.filter(|i| i.rank.ne(3)).all();
    "elements" |i| i.filter(|i| i.tags.contains("all")).keys();
    "an order" |i| i.query().order_by(|i| i.value.desc()).all();
    "an order with offset and limit" |i| i.query().order_by(|i| i.value.asc()).offset(1).limit(2).all();
    "first" |i| i.query().first();
    "one" |i| only(i.clone());
    "count" |i| i.filter(|i| i.value.ge(10)).count();
    "exists" |i| i.filter(|i| i.value.eq(10)).exists();
    "min" |i| i.query().min(|i| i.value);
    "max" |i| i.query().max(|i| i.value);
    "sum" |i| i.query().sum(|i| i.value);
    "avg" |i| i.query().avg(|i| i.value);
    "pages" |i| paged(i.clone());
    "a stream" |i| streamed(i.clone());
    "a scan" |i| i.scan(|item: &Item| item.note.starts_with("note")).all();
};

async fn only(items: View<Item>) -> Result<Option<i64>> {
    match items.filter(|i| i.value.eq(20)).one().await {
        Ok(row) => Ok(Some(row.value)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotUnique) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn paged(items: View<Item>) -> Result<Vec<(u64, i64)>> {
    let find = items.query().order_by(|i| i.value.asc());
    let mut page = find.clone().page(2).await?;
    let mut found = Vec::new();
    loop {
        found.extend(page.items().iter().map(|row| (row.id, row.value)));
        assert!(found.len() < 100, "there are not so many rows: {found:?}");
        let Some(next) = page.next().cloned() else { return Ok(found) };
        page = find.clone().after(&next).page(2).await?;
    }
}

async fn streamed(items: View<Item>) -> Result<Vec<(u64, i64)>> {
    let mut stream = items.filter(|i| i.value.le(1_000)).stream();
    let mut found = Vec::new();
    while let Some(row) = stream.next().await.transpose()? {
        found.push((row.id, row.value));
    }
    Ok(found)
}

/// All that the reads answer, each with its name.
pub(super) async fn answers(items: &View<Item>) -> Result<Vec<(&'static str, String)>> {
    let mut answers = Vec::with_capacity(READS.len());
    for (name, read) in READS {
        answers.push((*name, read(items.clone()).await?));
    }
    Ok(answers)
}

/// Every read in turn, in a collection of a transaction.
pub(super) async fn read_all(items: &Collection<Item>) -> Result<()> {
    answers(items).await.map(drop)
}
