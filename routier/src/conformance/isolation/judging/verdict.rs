//! Holds a history against the case that it is of.

use super::action::{Action, Answer};
use super::case::{Case, End, Loss};
use super::history::{Fate, History};
use super::liveness::{Demand, lively};
use super::oracle;
use crate::ErrorKind;

/// What is wrong with a history of a case.
pub(crate) fn judged(case: &Case, history: &History, demand: Demand) -> Result<(), String> {
    seen(case, history)?;
    let is_modelled = case.steps.iter().all(|step| step.action.is_modelled());
    if is_modelled {
        lively(history, demand)?;
        oracle::keeps(history, demand.level)?;
    }
    let ends = case.ends(demand.level);
    // where rows do not live in memory, more may be refused than has to be: as long as all is well besides
    let may_lose_more = is_modelled && !demand.is_resident;
    if ends.iter().any(|end| is_end(end, history) || (may_lose_more && is_more(end, history))) {
        return Ok(());
    }
    Err(format!("it has to come to one of {ends:?}"))
}

/// Whether each step saw what the table says. What a commit comes to stands elsewhere.
fn seen(case: &Case, history: &History) -> Result<(), String> {
    let begins = history.taken.len().saturating_sub(case.steps.len());
    for (step, (_, _, answer)) in case.steps.iter().zip(history.taken.iter().skip(begins)) {
        let is_said = step.action != Action::Commit && *answer != Answer::Lost;
        if is_said && !answer.is(&step.sees) {
            return Err(format!("T{} {:?} = {} is right", step.session, step.action, step.sees));
        }
    }
    Ok(())
}

/// Whether it came to this.
fn is_end(end: &End, history: &History) -> bool {
    lost(history).len() == end.lost.len()
        && is_more(end, history)
        && history.last() == end.last.iter().copied().collect()
}

/// Whether all were lost that had to be, and in this way.
fn is_more(end: &End, history: &History) -> bool {
    let lost = lost(history);
    end.lost.iter().all(|(session, loss)| {
        lost.iter().any(|(by, kind, is_retryable)| by == session && *is_retryable && loss.is(*kind))
    })
}

/// Who was lost, and how.
fn lost(history: &History) -> Vec<(u8, ErrorKind, bool)> {
    let lost = history.transactions.iter().filter_map(|past| match past.fate {
        Fate::Lost { kind, is_retryable, .. } => Some((past.session, kind, is_retryable)),
        Fate::Committed(_) | Fate::Undone => None,
    });
    lost.collect()
}

impl Loss {
    fn is(self, kind: ErrorKind) -> bool {
        match self {
            Self::Conflict => kind == ErrorKind::Conflict,
            Self::Duplicate => kind == ErrorKind::Duplicate,
            Self::Either => matches!(kind, ErrorKind::Conflict | ErrorKind::Duplicate),
        }
    }
}
