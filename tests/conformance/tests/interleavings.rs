//! Random transactions in random order on every kind of store, each held against all orders of one after the other.
//!
//! `ROUTIER_SEED=17 cargo test --test interleavings memory` runs those of one seed again, `ROUTIER_INTERLEAVINGS=100000` runs
//! more of them.

use std::env;

use routier::conformance::{Subject, interleavings};
use routier_tests::stores::Kind;

const SEEDS: u64 = 150;

#[test]
fn memory() {
    run(Kind::Memory);
}

#[test]
fn vec() {
    run(Kind::Vec);
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn run(kind: Kind) {
    let seed = number("ROUTIER_SEED");
    let most = number("ROUTIER_INTERLEAVINGS").unwrap_or(SEEDS);
    let seeds = seed.map_or(0..most, |seed| seed..seed + 1);
    let subject = Subject::new(move |builder| kind.build(builder));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    match runtime.block_on(interleavings(&subject, seeds)) {
        Ok(found) => {
            println!("{kind:?}: {found:?}");
            assert!(seed.is_some() || (found.lost > SEEDS / 4 && found.ended > SEEDS), "{found:?}");
        }
        Err(failed) => panic!("on {kind:?}: {failed}"),
    }
}
