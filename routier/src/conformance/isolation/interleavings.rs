//! Every case of two transactions, in every order that their steps can take.

use super::action::Action;
use super::case::Case;
use super::history::{History, State};
use super::liveness::{Demand, lively};
use super::runner::Runner;
use super::{anomalies, oracle, own, schedule, skews, unique, versions};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{Isolation, Result};

clauses! {
    "4.1" iso_interleavings_serializable [SERIALIZABLE]: "In whatever order two transactions take their steps, what they saw and left behind is that of one after the other.";
    "4.1" iso_interleavings_snapshot: "In whatever order two transactions take their steps, at `Snapshot` each reads the state of its begin, and one alone of two that wrote a row commits.";
    "4.1" iso_interleavings_skew [RESIDENT]: "Among the orders that `Snapshot` lets through there are some that are not serializable, and some that are.";
}

async fn iso_interleavings_serializable(subject: &Subject) -> Result<()> {
    for case in pairs() {
        each_order(subject, case, Isolation::Serializable, &mut |history| oracle::serializable(history))
            .await?;
    }
    Ok(())
}

async fn iso_interleavings_snapshot(subject: &Subject) -> Result<()> {
    for case in pairs() {
        each_order(subject, case, Isolation::Snapshot, &mut |history| oracle::snapshot(history)).await?;
    }
    Ok(())
}

async fn iso_interleavings_skew(subject: &Subject) -> Result<()> {
    for case in pairs().into_iter().filter(|case| is_skew(case)) {
        let (mut n_serial, mut n_skew) = (0, 0);
        each_order(subject, case, Isolation::Snapshot, &mut |history| {
            match oracle::serializable(history) {
                Ok(()) => n_serial += 1,
                Err(_) => n_skew += 1,
            }
            Ok(())
        })
        .await?;
        assert!(
            n_serial > 0 && n_skew > 0,
            "{}: {n_serial} orders are serializable, {n_skew} not",
            case.name
        );
    }
    Ok(())
}

/// As many as there are of five steps and four. A case with more shows nothing by them that a smaller one does not.
const MOST_ORDERS: usize = 126;

/// The cases of two sessions, of which the model knows every step; where several differ only in the order, the first.
fn pairs() -> Vec<&'static Case> {
    let cases = [anomalies::CASES, skews::CASES, unique::CASES, versions::CASES, own::CASES];
    let mut pairs: Vec<&'static Case> = Vec::new();
    for case in cases.into_iter().flatten().copied() {
        let is_pair = case.sessions().len() == 2;
        let is_new = !pairs.iter().any(|other| {
            other.of(1) == case.of(1)
                && other.of(2) == case.of(2)
                && (other.setup, other.is_distinct) == (case.setup, case.is_distinct)
        });
        let is_modelled = case.steps.iter().all(|step| step.action.is_modelled());
        if is_pair && is_new && is_modelled && orders(case).nth(MOST_ORDERS).is_none() {
            pairs.push(case);
        }
    }
    pairs
}

/// All orders that the steps of both sessions can take.
fn orders(case: &Case) -> impl Iterator<Item = Vec<(u8, Action)>> {
    schedule::merges((1, case.of(1)), (2, case.of(2)))
}

/// Whether it comes to something else at `Snapshot`, where both are committed.
fn is_skew(case: &Case) -> bool {
    let never_all = case.levels.serializable.iter().all(|end| !end.lost.is_empty());
    never_all && case.levels.snapshot.iter().any(|end| end.lost.is_empty())
}

/// Runs a case in every order, and holds each history against `check` and against what may be lost.
async fn each_order(
    subject: &Subject,
    case: &Case,
    level: Isolation,
    check: &mut (dyn FnMut(&History) -> std::result::Result<(), String> + Send),
) -> Result<()> {
    let runner = Runner::new(subject, level, case.is_distinct).await?;
    let is_resident = runner.store.capabilities().resident;
    let mut there = State::new();
    for steps in orders(case) {
        runner.set_up(&there, case.setup).await?;
        let history = runner.run(&steps).await?;
        there = history.last();
        let outcome = check(&history).and_then(|()| lively(&history, Demand { level, is_resident }));
        if let Err(wrong) = outcome {
            panic!("{} at {level:?}, in this order: {wrong}\n{history}", case.name);
        }
    }
    Ok(())
}
