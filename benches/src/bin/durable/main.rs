//! Measures the storages that outlive the process beside redb and SQLite used by hand; `README.md` of the benchmarks says
//! how to read the figures.

#[path = "../../executor.rs"]
mod executor;
mod floor;
mod kind;
mod measured;
mod operation;
mod options;
mod ours;
mod plain;
#[path = "../../processor.rs"]
mod processor;
mod redb;
mod report;
mod results;
mod round;
#[path = "../../rows.rs"]
#[expect(dead_code, reason = "the other benchmarks ask for more than this one")]
mod rows;
mod sql;
mod subject;
#[path = "../../table.rs"]
mod table;
mod threaded;
#[path = "../../zipf.rs"]
mod zipf;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::floor::Floor;
use crate::options::Options;
use crate::results::Results;
use crate::rows::Probes;
use crate::subject::Outcome;

fn main() -> ExitCode {
    let done = match Options::parse(std::env::args().skip(1)) {
        Err(wrong) => Err(format!("{wrong}\n\n{}", options::USAGE).into()),
        Ok(options) if options.help => {
            println!("{}", options::USAGE);
            Ok(())
        }
        Ok(options) => compare(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// Measures each by turns, and tells what was seen.
fn compare(options: &Options) -> Outcome<()> {
    let target = target()?;
    let directory = target.join(format!("durable-{}", std::process::id()));
    std::fs::create_dir(&directory)?;
    let measured = measure(options, &directory);
    std::fs::remove_dir_all(&directory)?;
    let results = measured?;
    report::print(options, &results);
    let path = options.json.clone().unwrap_or_else(|| target.join("durable.json"));
    std::fs::write(&path, serde_json::to_string_pretty(&report::json(options, &results))?)?;
    eprintln!("{}", path.display());
    Ok(())
}

fn measure(options: &Options, directory: &Path) -> Outcome<Results> {
    let probes = Probes::new(options.rows);
    let mut results = Results::default();
    let mut kinds = options.kinds.clone();
    for round in 0..options.rounds {
        results.floor.push(Floor::measure(&directory.join("floor"))?);
        // Nobody always comes first.
        kinds.rotate_left(round.min(1));
        for kind in &kinds {
            eprintln!("round {} of {}: {}", round + 1, options.rounds, kind.name());
            let place = directory.join(format!("{}-{round}", kind.file_name()));
            std::fs::create_dir(&place)?;
            round::run(options, &probes, *kind, &place, &mut results)?;
            std::fs::remove_dir_all(&place)?;
        }
    }
    Ok(results)
}

/// The target directory, two above the program: temporary directories are in memory on some systems.
fn target() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent).ok_or("this program is in no target directory")?;
    Ok(target.to_owned())
}
