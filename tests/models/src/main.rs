//! Models of what threads do to a store at once, run in thousands of interleavings:
//!
//! ```text
//! cargo run -p routier-models                          all of them
//! cargo run -p routier-models -- feed                  those with `feed` in their name
//! cargo run -p routier-models -- --iterations 100000   so many interleavings of each
//! cargo run -p routier-models -- --list                what there is
//! cargo run -p routier-models -- --mutations [text]    plants the mutations of `mutations.toml` one by one
//! ROUTIER_SEED=17 cargo run -p routier-models -- feed  those of one seed again
//! ```
//!
//! A model is a function with two or three threads over a real store, a few operations each, and an assertion in the
//! words of the contract. The library is built with `--cfg routier_shuttle` for it, so that each lock and each atomic
//! is a place at which `shuttle` decides who goes on. Half of the interleavings are random; half are drawn as in
//! Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010).

#[cfg(not(routier_shuttle))]
mod launch;
#[cfg(not(routier_shuttle))]
mod mutate;
#[cfg(not(routier_shuttle))]
#[path = "../../src/planting.rs"]
#[expect(
    unreachable_pub,
    reason = "the file is a public module of `routier-tests`, which models cannot depend on"
)]
mod planting;

#[cfg(routier_shuttle)]
mod explore;
#[cfg(routier_shuttle)]
mod models;
#[cfg(routier_shuttle)]
mod scene;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    #[cfg(not(routier_shuttle))]
    let outcome = launch::run(&arguments);
    #[cfg(routier_shuttle)]
    let outcome = explore::run(&arguments);
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
