//! A past to follow: commits of several rows, and what there was after each.

use std::collections::BTreeMap;

use super::entities::{Player, Team, player, team};
use crate::{Change, Result, Store, Token};

/// The scores of all players.
pub(super) type Scores = BTreeMap<u64, u32>;

/// What there is, and its place in the feed.
pub(super) async fn present(store: &Store) -> Result<(Scores, Token)> {
    let snapshot = store.snapshot().await?;
    let rows = snapshot.collection::<Player>().await?.query().all().await?;
    Ok((rows.iter().map(|row| (row.id, row.score)).collect(), snapshot.token()))
}

/// Makes a past: players inserted, changed and removed, one to four of them a commit, and teams between them. Gives what
/// there was at the beginning and after each commit.
pub(super) async fn make(store: &Store) -> Result<Vec<(Scores, Token)>> {
    let mut states = vec![present(store).await?];
    for round in 0..16_u32 {
        let tx = store.begin().await?;
        let (players, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
        for place in 0..=round % 4 {
            let id = u64::from((round * 5 + place * 3) % 7);
            match (round + place) % 4 {
                0 => drop(players.remove_key(&id).await?),
                1 => drop(teams.upsert(team("red", round * 10 + place)).await?),
                _ => drop(players.upsert(player(id, round * 10 + place)).await?),
            }
        }
        tx.commit().await?;
        states.push(present(store).await?);
    }
    Ok(states)
}

/// Applies changes to scores; what does not fit is a failure.
pub(super) fn apply(scores: &mut Scores, changes: &[Change<Player>]) {
    for change in changes {
        let before = match change.after() {
            Some(row) => scores.insert(row.id, row.score),
            None => scores.remove(&change.key()),
        };
        assert_eq!(before, change.before().map(|row| row.score), "{change:?}");
    }
}
