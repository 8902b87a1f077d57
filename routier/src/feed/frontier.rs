//! Up to where every commit has been announced, whatever order the announcements come in.

use std::collections::BTreeMap;

use crate::storage::CommitRecord;

/// How many announcements may be ahead of a missing one. A storage that leaves commits out gets no frontier.
const MOST_EARLY: usize = 4096;

/// A place in the history, and how many changes there are up to it, where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) number: u64,
    pub(super) changes: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Frontier {
    /// `None` before the start, and when an announcement was left out.
    reached: Option<Reached>,
    /// Announced before what they follow: by that number.
    early: BTreeMap<u64, Reached>,
}

impl Frontier {
    /// Commits up to `number` were never announced and never will be.
    pub(super) fn start(&mut self, number: u64) {
        self.reached = Some(Reached { number, changes: None });
        self.advance();
    }

    pub(super) fn reached(&self) -> Option<Reached> {
        self.reached
    }

    /// A commit was announced, and everyone has heard of it.
    pub(super) fn pass(&mut self, commit: &CommitRecord) {
        let (Some(reached), Some(follows)) = (self.reached, commit.follows) else {
            return;
        };
        if commit.number <= reached.number || follows.number < reached.number {
            return;
        }
        let changes =
            u64::try_from(commit.changes.len()).ok().map(|count| follows.changes.saturating_add(count));
        self.early.insert(follows.number, Reached { number: commit.number, changes });
        self.advance();
        if self.early.len() > MOST_EARLY {
            *self = Self::default();
        }
    }

    fn advance(&mut self) {
        while let Some(reached) = &mut self.reached
            && let Some(next) = self.early.remove(&reached.number)
        {
            *reached = next;
        }
    }
}
