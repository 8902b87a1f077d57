//! What became of a transaction.

use crate::error::Result;
use crate::storage::{Token, TransactionId};
use crate::store::core::Core;

/// So many changes are looked through at a time.
const CHANGES: usize = 1_024;

/// What became of a transaction: see [`Store::outcome`](crate::Store::outcome).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CommitOutcome {
    /// It is committed: the place in the feed right behind it.
    Committed(Token),
    /// It is not committed: it was refused, rolled back or never ended, or wrote nothing; or it is still open.
    NotCommitted,
    /// The history does not reach back to where it began.
    Forgotten,
}

impl Core {
    /// Looks for a transaction among what was committed after it had begun.
    pub(crate) async fn outcome(&self, id: TransactionId) -> Result<CommitOutcome> {
        self.check_open()?;
        // Of what was begun before this call nothing is open any more.
        self.storage.settled().await?;
        let last = self.storage.visible();
        let (mut seen, mut is_whole) = (id.began(), true);
        loop {
            let history = self.storage.history(seen, CHANGES).await?;
            let found = history.commits.iter().find(|commit| commit.transaction == Some(id));
            if let Some(commit) = found {
                return Ok(CommitOutcome::Committed(self.token(commit.number)));
            }
            is_whole &= history.gap.is_none();
            if history.seen >= last || history.seen <= seen {
                return Ok(if is_whole { CommitOutcome::NotCommitted } else { CommitOutcome::Forgotten });
            }
            seen = history.seen;
        }
    }
}
