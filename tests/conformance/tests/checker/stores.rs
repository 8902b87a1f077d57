//! Random histories on each kind of store.

use std::io::Write;
use std::sync::Arc;

use routier::Isolation::{Serializable, Snapshot};
use routier::MemoryStorage;
use routier::conformance::Subject;
use routier::conformance::checker::{
    Campaign, Driver, Findings, History, Kind, Operation, Outcome, Workload,
};
use routier_tests::late::LateLog;
use routier_tests::plain::VecStorage;
use routier_tests::stores::Kind as Store;

use crate::{block_on, is_whole, seeds};

#[test]
fn memory() {
    is_right(Store::Memory, Driver::INTERLEAVED, 30);
}

#[test]
fn memory_untyped() {
    is_right(Store::MemoryUntyped, Driver::INTERLEAVED, 20);
}

#[test]
fn vec() {
    is_right(Store::Vec, Driver::INTERLEAVED, 20);
}

#[test]
fn memory_on_threads() {
    is_right(Store::Memory, Driver::THREADS, 25);
}

#[test]
fn vec_on_threads() {
    is_right(Store::Vec, Driver::THREADS, 10);
}

/// What `Snapshot` costs less for: write skew, which is no anomaly of a lower level; and phantoms, where two count the same
/// rows and insert one each.
#[test]
fn snapshot_lets_skew_through() {
    let is_enough =
        |findings: &Findings| findings.of_kind(Kind::G2Item) * 2 > findings.histories() || !is_whole();
    for kind in [Store::Memory, Store::Vec] {
        let findings = run(kind, &skewed(Workload::Rows, Driver::INTERLEAVED));
        assert!(is_enough(&findings), "{kind:?}: {findings}");
        assert!(findings.kinds().all(|kind| kind == Kind::G2Item), "{kind:?}: {findings}");
        let findings = run(kind, &skewed(Workload::Queries, Driver::INTERLEAVED));
        assert!(is_enough(&findings), "{kind:?}: {findings}");
        // what was counted to append is known, too
        assert!(findings.of_kind(Kind::LostUpdate) > 0 || !is_whole(), "{kind:?}: {findings}");
    }
    // of threads nobody knows how often they meet
    let findings = run(Store::Memory, &skewed(Workload::Rows, Driver::THREADS));
    assert!(findings.kinds().all(|kind| kind == Kind::G2Item), "{findings}");
    assert!(findings.flagged() > 0 || !is_whole(), "{findings}");
}

#[test]
fn a_seed_gives_the_same_history_again() {
    assert_eq!(one_history(), one_history());
}

/// Whoever loads a list to append to it has read it.
#[test]
fn what_is_read_to_append_is_known() {
    let history = one_history();
    let committed = history.transactions.iter().filter(|of| of.outcome == Outcome::Ok);
    // one operation may be a statement of its own, and nobody sees what that reads
    let several = committed.map(|of| of.operations.as_slice()).filter(|operations| operations.len() > 2);
    let mut n_appends = 0;
    for operations in several {
        assert!(!matches!(operations, [Operation::Append { .. }, ..]), "{operations:?}");
        for pair in operations.windows(2) {
            if let [before, Operation::Append { list, .. }] = pair {
                n_appends += 1;
                assert!(matches!(before, Operation::Read { list: of, .. } if of == list), "{operations:?}");
            }
        }
    }
    assert!(n_appends > 10, "{n_appends}");
}

fn one_history() -> History {
    let campaign = Campaign { seeds: 3..4, ..skewed(Workload::Rows, Driver::INTERLEAVED) };
    run(Store::Vec, &campaign).first().expect("it is skewed").history.clone()
}

/// Where commits are pending: numbered and checked against, but not yet seen.
#[test]
fn memory_with_a_log() {
    let subject = Subject::new(|builder| async {
        builder.storage(MemoryStorage::new().with_log(Arc::new(LateLog::default()))).await
    });
    let (mut ok, mut unknown) = (0, 0);
    for driver in [Driver::INTERLEAVED, Driver::THREADS] {
        for campaign in Campaign::each(driver, seeds(5)) {
            let findings = block_on(campaign.run(&subject));
            assert!(findings.is_ok(), "{campaign}: {findings}");
            ok += findings.transactions(Outcome::Ok);
            unknown += findings.transactions(Outcome::Info);
        }
    }
    assert!(
        ok > unknown && unknown > 0 || !is_whole(),
        "{ok} transactions are known to be committed, and {unknown} may be"
    );
}

/// A storage that offers `Snapshot` at most keeps it.
#[test]
fn vec_at_snapshot_alone() {
    let storage = || VecStorage::default().with_isolation(Snapshot);
    let subject = Subject::new(move |builder| async move { builder.storage(storage()).await });
    let campaigns = Campaign::each(Driver::INTERLEAVED, seeds(5));
    for campaign in campaigns.iter().filter(|campaign| campaign.level == Snapshot) {
        let findings = block_on(campaign.run(&subject));
        assert!(findings.is_ok(), "{campaign}: {findings}");
    }
}

fn skewed(workload: Workload, driver: Driver) -> Campaign {
    Campaign { workload, driver, checked_as: Serializable, ..Campaign::new(Snapshot, seeds(10)) }
}

fn is_right(kind: Store, driver: Driver, n_histories: u64) {
    for campaign in Campaign::each(driver, seeds(n_histories)) {
        let findings = run(kind, &campaign);
        assert!(findings.is_ok(), "{campaign} on {kind:?}: {findings}");
        let (ok, fail) = (findings.transactions(Outcome::Ok), findings.transactions(Outcome::Fail));
        assert!(ok > fail && fail > 0 || !is_whole(), "{campaign} on {kind:?}: {findings}");
    }
}

fn run(kind: Store, campaign: &Campaign) -> Findings {
    let subject = Subject::new(move |builder| kind.build(builder));
    let findings = block_on(campaign.run(&subject));
    // at once, and seen also where the harness keeps what tests print
    let (seeds, line) = (&campaign.seeds, findings.line());
    let _ = writeln!(std::io::stderr().lock(), "{kind:?}, {campaign}, seeds {seeds:?}: {line}");
    findings
}
