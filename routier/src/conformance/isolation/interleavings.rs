//! Every case of two transactions, in every order that their steps can take.

use super::cases;
use super::judging::{Action, Case, Demand, History, State, lively, merges, oracle};
use super::runner::Runner;
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
        each_order(subject, case, Isolation::Serializable, &mut |_| ()).await?;
    }
    Ok(())
}

async fn iso_interleavings_snapshot(subject: &Subject) -> Result<()> {
    for case in pairs() {
        each_order(subject, case, Isolation::Snapshot, &mut |_| ()).await?;
    }
    Ok(())
}

async fn iso_interleavings_skew(subject: &Subject) -> Result<()> {
    for case in pairs().into_iter().filter(|case| is_skew(case)) {
        let (mut n_serial, mut n_skew) = (0, 0);
        each_order(subject, case, Isolation::Snapshot, &mut |history| match oracle::serializable(history) {
            Ok(()) => n_serial += 1,
            Err(_) => n_skew += 1,
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

/// As many as there are of five steps and four. What has more even where each begins with its first statement, which is what
/// transactions read of themselves, shows nothing by its orders.
const MOST_ORDERS: usize = 126;

/// The cases of two sessions, of which the model knows every step; where several differ only in the order, the first.
fn pairs() -> Vec<&'static Case> {
    let mut pairs: Vec<&'static Case> = Vec::new();
    for case in cases() {
        let is_pair = case.sessions().len() == 2;
        let is_new = !pairs.iter().any(|other| {
            other.of(1) == case.of(1)
                && other.of(2) == case.of(2)
                && (other.setup, other.is_distinct) == (case.setup, case.is_distinct)
        });
        let is_modelled = case.steps.iter().all(|step| step.action.is_modelled());
        if is_pair && is_new && is_modelled && orders(case).len() <= MOST_ORDERS {
            pairs.push(case);
        }
    }
    pairs
}

/// All orders that the steps of both sessions can take. Where they are too many, a session begins right before its first
/// statement.
fn orders(case: &Case) -> Vec<Vec<(u8, Action)>> {
    let (ones, others) = (case.of(1), case.of(2));
    let all: Vec<_> = merges((1, &ones), (2, &others)).take(MOST_ORDERS + 1).collect();
    if all.len() <= MOST_ORDERS {
        return all;
    }
    let (Some((one, ones)), Some((other, others))) = (ones.split_first(), others.split_first()) else {
        return all;
    };
    let begun = |mut steps: Vec<(u8, Action)>| {
        for (session, begin) in [(1, one), (2, other)] {
            let first = steps.iter().position(|(by, _)| *by == session).unwrap_or(0);
            steps.insert(first, (session, *begin));
        }
        steps
    };
    merges((1, ones), (2, others)).take(MOST_ORDERS + 1).map(begun).collect()
}

/// Whether it comes to something else at `Snapshot`, where both are committed.
fn is_skew(case: &Case) -> bool {
    let never_all = case.levels.serializable.iter().all(|end| !end.lost.is_empty());
    never_all && case.levels.snapshot.iter().any(|end| end.lost.is_empty())
}

/// Runs a case in every order, holds each history against what the isolation lets through and what may be lost, and shows
/// it.
async fn each_order(
    subject: &Subject,
    case: &Case,
    level: Isolation,
    show: &mut (dyn FnMut(&History) + Send),
) -> Result<()> {
    let runner = Runner::new(subject, level, case.is_distinct).await?;
    let is_resident = runner.store.capabilities().resident;
    let mut there = State::new();
    for steps in orders(case) {
        runner.set_up(&there, case.setup).await?;
        let history = runner.run(&steps).await?;
        there = history.last();
        let outcome = oracle::keeps(&history, level);
        if let Err(wrong) = outcome.and_then(|()| lively(&history, Demand { level, is_resident })) {
            panic!("{} at {level:?}, in this order: {wrong}\n{history}", case.name);
        }
        show(&history);
    }
    Ok(())
}
