//! Lists that are what a query gives.

use std::collections::BTreeMap;

use super::workload::{List, Member};
use crate::{Collection, Result, View};

/// What a list holds, by one of several ways to query its rows.
pub(super) async fn read(members: View<Member>, list: u64, way: u64) -> Result<Vec<u64>> {
    let of_list = members.filter(|row| row.list.eq(list));
    let mut rows = match way % 4 {
        // by the index of the field, then sorted here
        0 => {
            let mut rows = of_list.all().await?;
            rows.sort_by_key(|row| (row.number, row.id));
            rows
        }
        1 => {
            let mut stream = of_list.order_by(|row| row.number.asc()).stream();
            let mut rows = Vec::new();
            while let Some(row) = stream.next().await.transpose()? {
                rows.push(row);
            }
            rows
        }
        2 => {
            let mut rows = of_list.order_by(|row| row.number.desc()).all().await?;
            rows.reverse();
            rows
        }
        _ => of_list.order_by(|row| row.number.asc()).all().await?,
    };
    Ok(rows.drain(..).map(|row| row.id).collect())
}

/// All that there is.
pub(super) async fn last(members: &View<Member>) -> Result<BTreeMap<u64, Vec<u64>>> {
    let mut lists: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for row in members.filter(|row| row.list.lt(WEIGHT)).order_by(|row| row.number.asc()).all().await? {
        lists.entry(row.list).or_default().push(row.id);
    }
    Ok(lists)
}

/// What is no list, but weight. It has greater keys, too.
const WEIGHT: u64 = 1 << 40;
/// So many rows make a commit of another size: memory installs it bit by bit.
const HEAVY: u64 = 40;

/// Inserts rows that nobody looks at.
pub(super) async fn weigh_down(members: &Collection<Member>, (list, element): (u64, u64)) -> Result<()> {
    let row = |number| Member { id: WEIGHT + element * HEAVY + number, list: WEIGHT + list, number };
    members.insert_many((0..HEAVY).map(row)).await.map(drop)
}

/// Appends in a transaction; of the guards there is one for each list. Gives what the list held, where it was not only counted.
pub(super) async fn append(
    members: Collection<Member>,
    guards: Option<Collection<List>>,
    (list, element): (u64, u64),
    way: u64,
) -> Result<Option<Vec<u64>>> {
    let (number, read) = if way.is_multiple_of(4) {
        (members.filter(|row| row.list.eq(list)).count().await?, None)
    } else {
        let read = read((*members).clone(), list, way / 4).await?;
        (read.len() as u64, Some(read))
    };
    let member = Member { id: element, list, number };
    match way % 3 {
        0 => drop(members.upsert(member).await?),
        1 => drop(members.insert_many([member]).await?),
        _ => drop(members.insert(member).await?),
    }
    if let Some(guards) = &guards {
        guards.upsert(List { id: list, length: number, elements: Vec::new() }).await?;
    }
    Ok(read)
}
