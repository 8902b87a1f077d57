//! What fails leaves everything as it was: section 2.6.

mod commits;
mod statements;

use crate::conformance::Clause;
use crate::conformance::rows::player::Player;
use crate::{Collection, Result, Versioned};

pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [statements::CLAUSES, commits::CLAUSES].into_iter().flatten()
}

/// The rows 1 (`ada`) to 5 (`eve`), and a stale handle of the first.
async fn five(players: &Collection<Player>) -> Result<Versioned<Player>> {
    let rows = (1..).zip(["ada", "bob", "cyd", "dan", "eve"]);
    let rows = rows.map(|(id, handle)| Player::new(id, handle, id as u32 * 10));
    players.insert_many(rows.collect::<Vec<_>>()).await?;
    let stale = players.modify(&1, |p| p.score += 1).await?;
    players.modify(&1, |p| p.score += 1).await?;
    Ok(stale)
}
