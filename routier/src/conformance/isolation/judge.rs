//! Holds a store against a case.

use super::action::{Action, Answer};
use super::case::{Case, End, Loss};
use super::history::{Fate, History, State};
use super::liveness::{Demand, lively};
use super::oracle;
use super::runner::Runner;
use crate::conformance::Subject;
use crate::conformance::tools::levels;
use crate::{ErrorKind, Isolation, Result};

/// At every isolation that the storage has.
pub(super) async fn at_each_level(subject: &Subject, case: &'static Case) -> Result<()> {
    for level in levels(&subject.store().await?) {
        played(subject, case, level).await?;
    }
    Ok(())
}

pub(super) async fn at_serializable(subject: &Subject, case: &'static Case) -> Result<()> {
    played(subject, case, Isolation::Serializable).await.map(drop)
}

/// Where snapshot isolation lets an anomaly through that has to be seen: or it is not what it is called. What is seen is
/// not serializable, and must not pass for it.
pub(super) async fn at_snapshot(subject: &Subject, case: &'static Case) -> Result<()> {
    let history = played(subject, case, Isolation::Snapshot).await?;
    let passed = oracle::serializable(&history);
    assert!(passed.is_err(), "{} at Snapshot passes for serializable:\n{history}", case.name);
    Ok(())
}

async fn played(subject: &Subject, case: &'static Case, level: Isolation) -> Result<History> {
    let runner = Runner::new(subject, level, case.is_distinct).await?;
    runner.set_up(&State::new(), case.setup).await?;
    let history = runner.run(&case.actions()).await?;
    let is_resident = runner.store.capabilities().resident;
    if let Err(wrong) = judged(case, &history, Demand { level, is_resident }) {
        panic!("{} at {level:?}: {wrong}\n{history}", case.name);
    }
    Ok(history)
}

/// What is wrong with a history of a case.
pub(super) fn judged(case: &Case, history: &History, demand: Demand) -> std::result::Result<(), String> {
    seen(case, history)?;
    if case.ends(demand.level).iter().any(|end| is_end(end, history)) {
        return Ok(());
    }
    let wrong = Err(format!("it has to come to one of {:?}", case.ends(demand.level)));
    let is_modelled = case.steps.iter().all(|step| step.action.is_modelled());
    if demand.is_resident || !is_modelled || !case.ends(demand.level).iter().any(|end| is_more(end, history))
    {
        return wrong;
    }
    // where rows do not live in memory, more may be refused than has to be: as long as all is well besides
    lively(history, demand)?;
    match demand.level {
        Isolation::Serializable => oracle::serializable(history),
        _ => oracle::snapshot(history),
    }
}

/// Whether each step saw what the table says. What a commit comes to stands elsewhere.
fn seen(case: &Case, history: &History) -> std::result::Result<(), String> {
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
