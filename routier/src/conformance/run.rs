//! Running clauses so that none of them stops the others.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::clause::{Check, Clause, Outcome};
use super::report::Report;
use super::subject::Subject;
use crate::Result;
use crate::env::{Clock, SystemClock};

/// How long a clause may take. None takes seconds where all is well: a clause that waits for what never comes has failed.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs every clause on a subject, and reports.
///
/// # Errors
///
/// When the subject gives no store.
pub async fn run(subject: &Subject) -> Result<Report> {
    let name = subject.store().await?.capabilities().name;
    let mut report = Report::new(name);
    for clause in super::clauses() {
        report.add(clause, clause.run(subject).await);
    }
    Ok(report)
}

pub(super) async fn clause(clause: &Clause, subject: &Subject) -> Outcome {
    let Some(check) = clause.check else { return Outcome::SwitchedOff };
    match applies(clause, subject).await {
        Ok(false) => Outcome::SwitchedOff,
        Ok(true) => checked(check, subject).await,
        Err(error) => Outcome::Failed(format!("there is no store: {error}")),
    }
}

pub(super) async fn applies(clause: &Clause, subject: &Subject) -> Result<bool> {
    Ok(clause.check.is_some() && clause.need().is_met(subject, subject.capabilities().await?)?)
}

async fn checked(check: Check, subject: &Subject) -> Outcome {
    let mut work = check(subject);
    let mut limit = pin!(SystemClock.sleep(LONGEST));
    poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(Ok(()))) => return Poll::Ready(Outcome::Passed),
            Ok(Poll::Ready(Err(error))) => return Poll::Ready(Outcome::Failed(error.to_string())),
            Ok(Poll::Pending) => {}
            Err(panic) => return Poll::Ready(Outcome::Failed(said(&*panic))),
        }
        limit.as_mut().poll(context).map(|()| Outcome::Failed(format!("it did not end within {LONGEST:?}")))
    })
    .await
}

/// The text of a panic.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}
