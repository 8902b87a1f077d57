//! Defects of the history.

use super::Defect;
use crate::env::sync::Arc;
use crate::storage::{CommitRecord, Follows, History, Origin, RowChange, RowChanges};

/// A part of the history, with the defect.
pub(super) fn altered(mut history: History, defect: Option<Defect>) -> History {
    match defect {
        Some(Defect::FeedGap) => history.commits.retain(|commit| commit.number % 3 != 0),
        Some(Defect::FeedReversed) => history.commits.reverse(),
        Some(Defect::SilentGap) => history.gap = None,
        Some(Defect::ChangeTwice) => each(&mut history, |commit| {
            let twice = commit.changes.iter().flat_map(|change| [change.clone(), change.clone()]);
            (commit.origin.clone(), twice.collect())
        }),
        Some(Defect::BeforeForgotten) => each(&mut history, |commit| {
            let without = |change: &RowChange| {
                let before = change.before.clone().filter(|_| change.after.is_none());
                RowChange::new(change.collection, before, change.after.clone())
            };
            (commit.origin.clone(), commit.changes.iter().filter_map(without).collect())
        }),
        Some(Defect::OriginForgotten) => {
            each(&mut history, |commit| (Origin::named(""), commit.changes.clone()));
        }
        Some(Defect::TransactionForgotten) => {
            for commit in &mut history.commits {
                let (origin, changes) = (commit.origin.clone(), commit.changes.clone());
                *commit = behind(CommitRecord::new(commit.number, origin, changes), commit.follows);
            }
        }
        _ => {}
    }
    history
}

/// Puts others in the place of the commits, of the same numbers.
fn each(history: &mut History, change: impl Fn(&CommitRecord) -> (Origin, RowChanges)) {
    for commit in &mut history.commits {
        let (origin, changes) = change(commit);
        let changed = CommitRecord::new(commit.number, origin, changes).made_by(commit.transaction);
        *commit = behind(changed, commit.follows);
    }
}

fn behind(commit: CommitRecord, follows: Option<Follows>) -> Arc<CommitRecord> {
    Arc::new(match follows {
        Some(follows) => commit.following(follows.number, follows.changes),
        None => commit,
    })
}
