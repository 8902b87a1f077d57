//! Feeds and watches through the store, on each storage there is.

mod changes;
mod scale;
mod tokens;
mod watches;

use futures_util::{Stream, StreamExt};
use routier::{Change, Entity, Operation, Result, Store};
use routier_tests::plain::VecStorage;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    score: u32,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Team {
    #[key]
    name: String,
}

/// A store on each storage.
async fn stores() -> Result<Vec<Store>> {
    let plain = Store::builder().storage(VecStorage::default()).await?;
    Ok(vec![Store::memory(), Store::builder().untyped(true).memory(), plain])
}

fn player(id: u64, score: u32) -> Player {
    Player { id, score }
}

fn team(name: &str) -> Team {
    Team { name: name.to_owned() }
}

/// The next `n` items.
async fn take<S: Stream<Item = Result<T>> + Unpin, T>(stream: &mut S, n: usize) -> Result<Vec<T>> {
    let mut items = Vec::with_capacity(n);
    for _ in 0..n {
        items.push(stream.next().await.expect("the stream has not ended")?);
    }
    Ok(items)
}

/// All that is left of a stream that ends.
async fn rest<S: Stream<Item = Result<T>> + Unpin, T>(stream: &mut S) -> Result<Vec<T>> {
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(item?);
    }
    Ok(items)
}

/// Changes in short: `+1=5` inserted, `1:5>6` updated, `-1=6` removed.
fn short(changes: &[Change<Player>]) -> String {
    let one = |change: &Change<Player>| {
        let (before, after) = (change.before().map(|row| row.score), change.after().map(|row| row.score));
        match (change.operation(), before, after) {
            (Operation::Inserted, None, Some(after)) => format!("+{}={after}", change.key()),
            (Operation::Updated, Some(before), Some(after)) => format!("{}:{before}>{after}", change.key()),
            (Operation::Removed, Some(before), None) => format!("-{}={before}", change.key()),
            other => panic!("{other:?}"),
        }
    };
    changes.iter().map(one).collect::<Vec<_>>().join(" ")
}
