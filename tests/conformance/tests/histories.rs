//! Random histories on every kind of store, and what occurred in them.
//!
//! `ROUTIER_SEED=17 cargo test --test histories memory` runs one history again, `ROUTIER_HISTORIES=5000` runs more of them.
//! The tables of what occurred are printed in any case.

use std::env;
use std::io::Write;

use routier::conformance::{Histories, Subject, histories};
use routier_tests::stores::Kind;

const STEPS: u64 = 100;
/// Everything occurs at least so often in 2,000 histories.
const LEAST: u64 = 50;
/// In fewer than these nothing is missed that did not occur.
const MANY: u64 = 400;

#[test]
fn memory() {
    run(Kind::Memory, 1_000);
}

#[test]
fn vec() {
    run(Kind::Vec, 1_000);
}

/// The same engine by its other way: what the two do not share is in how reads are answered.
#[test]
fn memory_untyped() {
    run(Kind::MemoryUntyped, 400);
}

/// In files, on a disk that is simulated.
#[test]
fn file() {
    run(Kind::File, 80);
}

/// Answers come from other threads, and so later than in memory by far.
#[test]
fn sqlite() {
    run(Kind::Sqlite, 40);
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn run(kind: Kind, n_histories: u64) {
    let seed = number("ROUTIER_SEED");
    let seeds = match seed {
        Some(seed) => seed..seed + 1,
        None => 0..number("ROUTIER_HISTORIES").unwrap_or(n_histories),
    };
    let is_whole = seeds.end >= n_histories && n_histories >= MANY && seed.is_none();
    let subject = Subject::new(move |builder| kind.build(builder));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let coverage = match runtime.block_on(histories(&subject, &Histories { seeds, steps: STEPS })) {
        Ok(coverage) => coverage,
        Err(failed) => panic!("on {kind:?}: {failed}"),
    };
    // at once, and seen also where the harness keeps what tests print
    let _ = writeln!(std::io::stderr().lock(), "\n{kind:?}: {coverage}");
    let least = LEAST * n_histories / 2_000;
    let rare = coverage.less_than(least);
    assert!(!is_whole || rare.is_empty(), "on {kind:?} these occurred less than {least} times: {rare:?}");
}
