//! Measures what deriving costs: the compiler's time and memory, and how much code it is given, beside serde's derives and,
//! if asked, those of other libraries. `README.md` of the benchmarks says how to read the figures.

mod expansion;
mod fields;
mod options;
mod package;
mod process;
mod report;
mod subject;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::options::{Options, Run};
use crate::package::Package;
use crate::subject::Subject;

fn main() -> ExitCode {
    // As a wrapper of the compiler, what follows is the compiler's.
    let done = match expansion::wrapped() {
        Some(done) => done,
        None => Options::parse(std::env::args().skip(1))
            .map_err(|wrong| format!("{wrong}\n\n{}", options::USAGE))
            .and_then(|options| match &options.run {
                Run::Help => {
                    println!("{}", options::USAGE);
                    Ok(())
                }
                Run::Check(directory) => process::child(directory),
                Run::Compare => compare(&options),
            }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// Builds what each package depends on, then checks the packages by turns.
fn compare(options: &Options) -> Result<(), String> {
    let directory = beside_the_program()?;
    let mut packages = Vec::new();
    let mut absent = Vec::new();
    for subject in Subject::ALL.into_iter().filter(|subject| options.peers || !subject.is_peer()) {
        eprintln!("building {}", subject.name());
        match Package::build(subject, options.structs, &directory) {
            Ok(package) => packages.push(package),
            Err(why) if subject.is_peer() => absent.push((subject, why)),
            Err(why) => return Err(format!("{} does not build:\n{why}", subject.name())),
        }
    }
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        // Nobody always comes first.
        packages.rotate_left(1);
        for package in &mut packages {
            package.check()?;
        }
    }
    report::print(options, &packages, &absent);
    Ok(())
}

/// `compile-cost` in the target directory, two above the program.
fn beside_the_program() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let target = program.parent().and_then(Path::parent).ok_or("this program is in no target directory")?;
    Ok(target.join("compile-cost"))
}
