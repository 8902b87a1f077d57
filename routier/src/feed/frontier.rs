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
        let next = Reached { number: commit.number, changes };
        if follows.number == reached.number && self.early.is_empty() {
            self.reached = Some(next);
            return;
        }
        self.early.insert(follows.number, next);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Origin;

    fn commit(number: u64, follows: u64) -> CommitRecord {
        CommitRecord::new(number, Origin::named("a"), Vec::new()).following(follows, 10 * number)
    }

    fn number(frontier: &Frontier) -> Option<u64> {
        frontier.reached().map(|reached| reached.number)
    }

    #[test]
    fn it_moves_over_what_is_there_without_a_gap() {
        let mut frontier = Frontier::default();
        frontier.pass(&commit(3, 0));
        assert_eq!(number(&frontier), None, "not before the start");
        frontier.start(3);
        for (passed, follows, reached) in [(9, 7, 3), (12, 9, 3), (7, 3, 12), (20, 12, 20)] {
            frontier.pass(&commit(passed, follows));
            assert_eq!(number(&frontier), Some(reached), "{passed} after {follows}");
        }
        assert_eq!(frontier.reached().unwrap().changes, Some(200));
        assert!(frontier.early.is_empty());
    }

    #[test]
    fn what_is_behind_it_or_does_not_say_where_it_stands_is_nothing() {
        let mut frontier = Frontier::default();
        frontier.start(10);
        for stale in [commit(10, 7), commit(7, 3), commit(12, 9)] {
            frontier.pass(&stale);
        }
        frontier.pass(&CommitRecord::new(13, Origin::named("a"), Vec::new()));
        assert_eq!((number(&frontier), frontier.early.len()), (Some(10), 0));
    }

    #[test]
    fn it_gives_up_when_something_stays_out_for_long() {
        let mut frontier = Frontier::default();
        frontier.start(0);
        let most = MOST_EARLY as u64;
        for number in 2..most + 2 {
            frontier.pass(&commit(number, number - 1));
        }
        assert_eq!((number(&frontier), frontier.early.len()), (Some(0), MOST_EARLY));
        frontier.pass(&commit(most + 2, most + 1));
        assert_eq!((number(&frontier), frontier.early.len()), (None, 0));
    }
}
