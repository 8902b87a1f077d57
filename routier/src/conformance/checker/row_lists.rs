//! Lists that are a row each.

use std::collections::BTreeMap;

use super::workload::List;
use crate::{Collection, ErrorKind, Result, View};

/// What a list holds, by one of several ways to read its row.
pub(super) async fn read(rows: View<List>, list: u64, way: u64) -> Result<Vec<u64>> {
    let row = match way % 6 {
        0 => rows.get_many([list + 1, list]).await?.pop().flatten(),
        1 => rows.filter(|row| row.id.eq(list)).first().await?,
        // all of them, in an order that each append changes
        2 => {
            rows.query().order_by(|row| row.length.desc()).all().await?.into_iter().find(|row| row.id == list)
        }
        3 => {
            let mut stream = rows.filter(|row| row.length.ge(1)).stream();
            let mut found = None;
            while let Some(row) = stream.next().await.transpose()? {
                found = found.or(Some(row).filter(|row| row.id == list));
            }
            found
        }
        _ => rows.get(&list).await?,
    };
    Ok(row.map_or(Vec::new(), |row| row.elements.clone()))
}

/// All that there is.
pub(super) async fn last(rows: &View<List>) -> Result<BTreeMap<u64, Vec<u64>>> {
    Ok(rows.query().all().await?.iter().map(|row| (row.id, row.elements.clone())).collect())
}

/// Appends in one statement, or in two of which only one does something.
pub(super) async fn push(rows: &Collection<List>, (list, element): (u64, u64)) -> Result<()> {
    match rows.modify(&list, |row| row.push(element)).await {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            rows.insert(List::of(list, element)).await.map(drop)
        }
        outcome => outcome.map(drop),
    }
}

/// Appends in a transaction. Gives what the list held.
pub(super) async fn append(
    rows: Collection<List>,
    (list, element): (u64, u64),
    way: u64,
) -> Result<Option<Vec<u64>>> {
    let Some(row) = rows.get(&list).await? else {
        rows.insert(List::of(list, element)).await?;
        return Ok(Some(Vec::new()));
    };
    let mut next = row.entity().clone();
    next.push(element);
    match way % 6 {
        0 => drop(rows.upsert(next).await?),
        1 => {
            rows.remove(&row).await?;
            rows.insert(next).await?;
        }
        2 => drop(rows.modify(&list, |row| row.push(element)).await?),
        3 => drop(rows.filter(|row| row.id.eq(list)).update(move |row| row.push(element)).await?),
        _ => drop(rows.update(&row, |row| row.push(element)).await?),
    }
    Ok(Some(row.elements.clone()))
}

impl List {
    fn of(id: u64, element: u64) -> Self {
        Self { id, length: 1, elements: vec![element] }
    }

    fn push(&mut self, element: u64) {
        self.elements.push(element);
        self.length += 1;
    }
}
