//! The checker of histories: that it finds what it should, and that it finds nothing on any kind of store.
//!
//! - `by_hand`: a table of small histories, each with what is wrong with it.
//! - `planted`: a simulated store with one defect at a time, each of which is found.
//! - `broken`: lists on which nothing can be run.
//! - `stores`: random histories on each kind of store. `ROUTIER_SEED=17 cargo test --test checker stores` runs one again,
//!   `ROUTIER_HISTORIES=5000` more of them; `cargo run --release -p routier-conformance-tests --bin campaign` runs for an
//!   hour.

mod broken;
mod by_hand;
mod exported;
mod planted;
mod simulated;
mod stores;

use std::env;
use std::ops::Range;

/// The seeds of a test: so many, or what is asked for by `ROUTIER_SEED` or `ROUTIER_HISTORIES`.
fn seeds(n_histories: u64) -> Range<u64> {
    match number("ROUTIER_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ROUTIER_HISTORIES").unwrap_or(n_histories),
    }
}

/// Whether the seeds are those of the test: then enough of everything occurs.
fn is_whole() -> bool {
    number("ROUTIER_SEED").is_none() && number("ROUTIER_HISTORIES").is_none()
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}
