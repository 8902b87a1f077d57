//! Measures routier against the maps that an expert writes by hand; `README.md` beside it says how to read the figures.

mod allocator;
mod beside;
mod chart;
mod child;
mod executor;
mod hand;
mod hand_async;
mod instructions;
mod json;
mod live;
mod mixture;
mod operation;
mod options;
mod ours;
mod outcome;
mod parent;
#[cfg(feature = "peers")]
mod peers;
mod processor;
mod record;
mod report;
mod rows;
mod space;
mod subject;
mod table;
mod zipf;

use std::process::ExitCode;

use crate::options::{Options, Run};

fn main() -> ExitCode {
    let done = match Options::parse(std::env::args().skip(1)) {
        Err(wrong) => Err(format!("{wrong}\n\n{}", options::USAGE)),
        Ok(Options { run: Run::Help, .. }) => {
            println!("{}", options::USAGE);
            Ok(())
        }
        Ok(options) => match options.run {
            Run::Instructions => instructions::run(&options),
            Run::Child(child) => child::run(&options, child),
            _ => parent::run(&options),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}
