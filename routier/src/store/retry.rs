//! Running again what lost against another commit.

use std::time::Duration;

use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::store::core::Core;
use crate::store::transaction::Earlier;
use crate::store::turns::Turn;

/// The longest pause is 50 ms, the first at most 0.1 ms.
const FIRST_PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);
/// The last runs take turns.
const IN_TURNS: u32 = 4;

/// The runs of a transaction: pauses between them with exponential backoff and full jitter (Marc Brooker, "Exponential
/// Backoff And Jitter"), the last ones in turns. While somebody has the turn, whoever loses queues up for it at once:
/// then the one whose turn it is can lose only to transactions that run for the first time.
pub(crate) struct Attempts {
    core: Arc<Core>,
    most: u32,
    run: u32,
    turn: Option<Turn>,
}

impl Attempts {
    pub(crate) fn new(core: Arc<Core>, most: u32) -> Self {
        Self { core, most, run: 0, turn: None }
    }

    /// Begins a run.
    pub(crate) async fn start(&mut self) {
        self.run += 1;
        if self.run == 1 || self.turn.is_some() {
            return;
        }
        if self.run + IN_TURNS > self.most || self.core.turns.are_taken() {
            self.turn = Some(self.core.turns.take(&self.core.env.clock).await);
        }
    }

    /// After a conflict: a pause before the next run, which is given what came before it.
    ///
    /// # Errors
    ///
    /// The conflict, when that was the last run.
    pub(crate) async fn lost(&mut self, conflict: Error) -> Result<Earlier> {
        if self.run >= self.most {
            return Err(conflict);
        }
        let earlier = Earlier { runs: self.run, lost: Some(conflict) };
        if self.turn.is_some() {
            return Ok(earlier);
        }
        let doubled = FIRST_PAUSE.saturating_mul(1_u32.checked_shl(self.run - 1).unwrap_or(u32::MAX));
        let longest = u64::try_from(doubled.min(LONGEST_PAUSE).as_nanos()).unwrap_or(u64::MAX);
        let pause = Duration::from_nanos(self.core.env.ids.random() % longest.saturating_add(1));
        self.core.env.clock.sleep(pause).await;
        Ok(earlier)
    }
}
