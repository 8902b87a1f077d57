//! What feeds and watches give, in short, so that a clause can say what is right in a line.

use super::entities::Player;
use crate::{AnyChange, Change, Commit, Live, Operation, Versioned};

/// Changes of players: `+1=5` inserted, `1:5>6` updated, `-1=6` removed.
pub(super) fn short(changes: &[Change<Player>]) -> String {
    changes.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn one(change: &Change<Player>) -> String {
    let key = change.key();
    let score = |row: Option<&Versioned<Player>>| row.map(|row| row.score);
    match (change.operation(), score(change.before()), score(change.after())) {
        (Operation::Inserted, None, Some(after)) => format!("+{key}={after}"),
        (Operation::Updated, Some(before), Some(after)) => format!("{key}:{before}>{after}"),
        (Operation::Removed, Some(before), None) => format!("-{key}={before}"),
        _ => panic!("the operation and the rows do not fit: {change:?}"),
    }
}

/// Commits: each change as `+players 1`, `~teams "red"`, `-games ("eu", 1)`, and ` | ` between commits.
pub(super) fn listed(commits: &[Commit]) -> String {
    let of = |commit: &Commit| commit.changes().map(|change| named(&change)).collect::<Vec<_>>().join(" ");
    commits.iter().map(of).collect::<Vec<_>>().join(" | ")
}

fn named(change: &AnyChange<'_>) -> String {
    let sign = match (change.operation(), change.before().is_some(), change.after().is_some()) {
        (Operation::Inserted, false, true) => '+',
        (Operation::Updated, true, true) => '~',
        (Operation::Removed, true, false) => '-',
        _ => panic!("the operation and the rows do not fit: {change:?}"),
    };
    format!("{sign}{} {}", change.collection(), change.key_text())
}

/// What a watch of players says: `=1,2` reset, `+1` entered, `~1` changed, `>1` moved, `-1` left, `.` ready.
pub(super) fn said(lives: &[Live<Player>]) -> String {
    lives.iter().map(saying).collect::<Vec<_>>().join(" ")
}

fn saying(live: &Live<Player>) -> String {
    match live {
        Live::Reset(rows) => {
            let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
            format!("={}", ids.join(","))
        }
        Live::Entered(row) => format!("+{}", row.id),
        Live::Changed { before, after } => {
            assert_eq!(before.id, after.id, "a change is of one row");
            format!("~{}", after.id)
        }
        Live::Moved { before, after } => {
            assert_eq!(before.id, after.id, "a move is of one row");
            format!(">{}", after.id)
        }
        Live::Left(row) => format!("-{}", row.id),
        Live::Ready(_) => ".".to_owned(),
    }
}
