//! Writes of what a query finds, and writes that find nothing.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::{Scope, begin, writes_by_query};
use crate::{Collection, Operation, Result};

clauses! {
    "2.6" w_query_update[SERIALIZABLE]: "A query's `update` changes the rows that it finds and no others, and gives their number.";
    "2.6" w_query_remove[SERIALIZABLE]: "A query's `remove` takes away the rows that it finds and no others, and gives their number.";
    "2.6" w_query_limited[SERIALIZABLE]: "A query's `update` and `remove` keep to its order, offset and limit.";
    "2.6" w_query_commit[SERIALIZABLE]: "A query's `update` and `remove` are one commit each.";
    "2.6" w_query_moved[SERIALIZABLE]: "A query's `update` changes each row once, also where the change moves it along the index.";
    "2.6" w_nothing: "A write that finds no row is no commit.";
}

/// Rows 0 to 7, with scores of 0, 10, and so on.
async fn eight(players: &Collection<Player>) -> Result<()> {
    let rows = (0..).zip(["ada", "bob", "cyd", "dan", "eve", "fay", "new", "old"]);
    let rows = rows.map(|(id, handle)| Player::new(id, handle, id as u32 * 10));
    players.insert_many(rows.collect::<Vec<_>>()).await.map(drop)
}

async fn scores(players: &Collection<Player>) -> Result<Vec<u32>> {
    Ok(Seen::of(players).await?.rows.iter().map(|row| row.score).collect())
}

async fn w_query_update(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        eight(&players).await?;
        let before = players.get_many([3_u64, 4]).await?;
        let weak = players.filter(|p| p.score.lt(30));
        assert_eq!(weak.clone().update(|p| p.score += 100).await?, 3, "{scope}");
        assert_eq!(weak.count().await?, 0, "{scope}");
        assert_eq!(scores(&players).await?, [100, 110, 120, 30, 40, 50, 60, 70], "{scope}");
        assert_eq!(players.get_many([3_u64, 4]).await?, before, "the others keep their versions {scope}");
        let named = players.filter(|p| p.handle.one_of(["ada", "bob", "zoe"]));
        assert_eq!(named.update(|p| p.guild = None).await?, 2, "{scope}");
        assert_eq!(players.scan(|p| p.bio.ends_with("eve")).update(|p| p.score = 1).await?, 1, "{scope}");
        assert_eq!(scores(&players).await?, [100, 110, 120, 30, 1, 50, 60, 70], "{scope}");
        let store = scope.end().await?;
        assert_eq!(scores(&store.collection().await?).await?, [100, 110, 120, 30, 1, 50, 60, 70]);
    }
    Ok(())
}

async fn w_query_remove(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        eight(&players).await?;
        assert_eq!(players.filter(|p| p.score.between(20..=40)).remove().await?, 3, "{scope}");
        assert_eq!(scores(&players).await?, [0, 10, 50, 60, 70], "{scope}");
        assert_eq!(players.filter(|p| p.guild.is_none()).remove().await?, 2, "{scope}");
        assert_eq!(scores(&players).await?, [10, 50, 70], "{scope}");
        assert_eq!(players.query().remove().await?, 3, "{scope}");
        assert!(scores(&players).await?.is_empty(), "{scope}");
        // the values are free again
        eight(&players).await?;
        scope.end().await?;
    }
    Ok(())
}

async fn w_query_limited(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        eight(&players).await?;
        let best = players.query().order_by(|p| p.score.desc());
        assert_eq!(best.clone().offset(1).limit(2).update(|p| p.score += 1).await?, 2, "{scope}");
        assert_eq!(scores(&players).await?, [0, 10, 20, 30, 40, 51, 61, 70], "{scope}");
        assert_eq!(best.clone().offset(6).limit(9).remove().await?, 2, "{scope}");
        assert_eq!(best.clone().offset(9).remove().await?, 0, "{scope}");
        assert_eq!(best.limit(0).update(|p| p.score = 0).await?, 0, "{scope}");
        assert_eq!(players.query().limit(1).remove().await?, 1, "{scope}");
        assert_eq!(scores(&players).await?, [30, 40, 51, 61, 70], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_query_commit(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    eight(&players).await?;
    let mut commits = store.changes().await?;
    players.filter(|p| p.score.ge(40)).update(|p| p.score += 1).await?;
    players.filter(|p| p.score.lt(30)).remove().await?;
    players.remove_key(&7).await?;
    for (operation, keys) in [
        (Operation::Updated, &[4, 5, 6, 7][..]),
        (Operation::Removed, &[0, 1, 2]),
        (Operation::Removed, &[7]),
    ] {
        let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
        let mut changed = Vec::new();
        for change in commit.of::<Player>() {
            assert_eq!(change.operation(), operation, "{change:?}");
            changed.push(change.key());
        }
        changed.sort_unstable();
        assert_eq!(changed, keys);
    }
    Ok(())
}

async fn w_query_moved(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        eight(&players).await?;
        let ascending = players.filter(|p| p.score.ge(0)).order_by(|p| p.score.asc());
        assert_eq!(ascending.update(|p| p.score += 15).await?, 8, "{scope}");
        assert_eq!(scores(&players).await?, [15, 25, 35, 45, 55, 65, 75, 85], "{scope}");
        let descending = players.filter(|p| p.score.le(85)).order_by(|p| p.score.desc());
        assert_eq!(descending.update(|p| p.score -= 15).await?, 8, "{scope}");
        assert_eq!(scores(&players).await?, [0, 10, 20, 30, 40, 50, 60, 70], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_nothing(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut commits = store.changes().await?;
    assert_eq!(players.remove_key(&1).await?, None);
    if writes_by_query(&store) {
        assert_eq!(players.query().remove().await?, 0);
        assert_eq!(players.query().update(|p| p.score = 1).await?, 0);
    }
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    assert_eq!(staged.remove_key(&1).await?, None);
    assert_eq!(staged.query().remove().await?, 0);
    assert_eq!(staged.query().update(|p| p.score = 1).await?, 0);
    // there and gone again
    let passing = staged.insert(Player::new(1, "ada", 1)).await?;
    staged.remove(&passing).await?;
    tx.commit().await?;
    players.insert(Player::new(2, "bob", 1)).await?;
    let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
    assert_eq!(commit.of::<Player>().iter().map(|change| change.key()).collect::<Vec<_>>(), [2]);
    Ok(())
}
