//! One defect at a time in a simulated store, and that each is found, by what it does.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use routier::Isolation::{self, Serializable, Snapshot};
use routier::conformance::checker::{Campaign, Findings, Kind, Later, Lists};

use crate::simulated::{Form, Simulated};
use crate::{block_on, is_whole, seeds};

/// A defect of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bug {
    /// What was read is not looked at again at the commit.
    NoReadValidation,
    /// Of what was read the first is.
    FirstReadOnly,
    /// Reads give what is newest.
    ReadsLatest,
    /// Nobody looks who else has written a key.
    NoWriteCheck,
    /// A read may give what an open transaction has written.
    DirtyRead,
    /// What was rolled back or refused is installed all the same.
    AbortLeaks,
    /// A commit becomes visible one key after the other.
    KeyByKey,
    /// Some transactions read at a number of long ago.
    StaleSnapshot,
    /// Some transactions read at the number before the one that they are checked against.
    OffByOne,
    /// Some commits are acknowledged and do nothing.
    LostCommits,
    /// Some commits append twice.
    Replayed,
    /// A row that a query would now find is no conflict.
    MissedQuery,
    /// Some reads give the version before.
    StaleEntry,
}

/// The defect, the level of the transactions, and what it is found by, among others.
const FOUND_BY: &[(Bug, Isolation, &[Kind])] = &[
    (Bug::NoReadValidation, Serializable, &[Kind::G2Item]),
    (Bug::FirstReadOnly, Serializable, &[Kind::G2Item]),
    (Bug::ReadsLatest, Snapshot, &[Kind::Internal, Kind::GSingle]),
    (Bug::NoWriteCheck, Snapshot, &[Kind::G0, Kind::LostUpdate, Kind::LostAppend]),
    (Bug::DirtyRead, Snapshot, &[Kind::G1a, Kind::DirtyUpdate, Kind::ResurrectedAppend]),
    (Bug::AbortLeaks, Snapshot, &[Kind::G1a, Kind::DirtyUpdate, Kind::ResurrectedAppend]),
    (Bug::KeyByKey, Snapshot, &[Kind::G0, Kind::IncompatibleOrder]),
    (Bug::StaleSnapshot, Snapshot, &[Kind::GSingle]),
    (Bug::StaleSnapshot, Serializable, &[Kind::GSingle]),
    (Bug::OffByOne, Snapshot, &[Kind::G0, Kind::LostAppend]),
    (Bug::LostCommits, Snapshot, &[Kind::LostAppend]),
    (Bug::Replayed, Snapshot, &[Kind::DuplicateRead]),
    (Bug::MissedQuery, Serializable, &[Kind::G2Item, Kind::IncompatibleOrder]),
    (Bug::StaleEntry, Snapshot, &[Kind::GSingle]),
    (Bug::StaleEntry, Serializable, &[Kind::GSingle]),
];

#[test]
fn each_defect_is_found_by_what_it_does() {
    let mut wrong = Vec::new();
    for (bug, level, kinds) in FOUND_BY {
        let findings = run(Some(*bug), *level, *level, 30);
        let found: BTreeSet<Kind> = findings.kinds().collect();
        if !is_whole() {
            continue;
        }
        if !kinds.iter().all(|kind| found.contains(kind)) {
            wrong.push(format!(
                "{bug:?} at {level:?} shows as {kinds:?}, and found was {found:?}: {findings}"
            ));
        }
        // most histories show it, also where it is rare
        if findings.flagged() * 2 < findings.histories() {
            wrong.push(format!("{bug:?} at {level:?} is seldom found: {findings}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_right_is_found_right() {
    for (form, level) in [(Form::Value, Snapshot), (Form::Value, Serializable), (Form::Members, Serializable)]
    {
        let findings = run_form(form, None, level, level, 80);
        assert!(findings.is_ok(), "{form:?} at {level:?}: {findings}");
    }
}

#[test]
fn snapshot_is_no_more_than_that() {
    let findings = run(None, Snapshot, Serializable, 40);
    assert!(findings.kinds().all(|kind| kind == Kind::G2Item), "{findings}");
    assert!(!is_whole() || findings.flagged() * 2 > findings.histories(), "{findings}");
}

/// The form in which a defect shows.
fn run(bug: Option<Bug>, level: Isolation, checked_as: Isolation, n_histories: u64) -> Findings {
    let form = if bug == Some(Bug::MissedQuery) { Form::Members } else { Form::Value };
    run_form(form, bug, level, checked_as, n_histories)
}

fn run_form(
    form: Form,
    bug: Option<Bug>,
    level: Isolation,
    checked_as: Isolation,
    n_histories: u64,
) -> Findings {
    let open = move |seed| -> Later<'static, Arc<dyn Lists>> {
        Box::pin(async move {
            let lists: Arc<dyn Lists> = Arc::new(Simulated::new(level, form, bug, seed));
            Ok(lists)
        })
    };
    let campaign = Campaign { checked_as, ..Campaign::new(level, seeds(n_histories)) };
    let findings = block_on(campaign.run_on(open));
    let (seeds, line) = (&campaign.seeds, findings.line());
    let _ = writeln!(
        std::io::stderr().lock(),
        "{bug:?} in a {form:?} at {level:?} as {checked_as:?}, seeds {seeds:?}: {line}"
    );
    findings
}
