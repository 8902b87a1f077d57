//! Starts a process a variant and round, one after the other, and brings together what they print.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::options::{Options, Phase, Variant};
use crate::record::{Beside, Record, Space, Times};
use crate::report;

/// All that was measured of one variant.
pub(crate) struct Outcome {
    pub(crate) variant: Variant,
    /// Of each operation, the least of each chunk over all rounds.
    pub(crate) times: Vec<Times>,
    /// Of each operation, what each round took.
    pub(crate) rounds: Vec<(String, Vec<f64>)>,
    pub(crate) space: Option<Space>,
    /// The least of all rounds.
    pub(crate) beside: Vec<Beside>,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let mut outcomes: Vec<Outcome> = options.variants.iter().map(|variant| Outcome::new(*variant)).collect();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        // Nobody always comes first.
        outcomes.rotate_left(1);
        for phase in phases(options, round) {
            for outcome in &mut outcomes {
                outcome.add(child(options, outcome.variant, phase)?);
            }
        }
    }
    outcomes.sort_by_key(|outcome| Variant::ALL.iter().position(|variant| *variant == outcome.variant));
    report::print(options, &outcomes);
    let path = options.json.clone().unwrap_or_else(beside_the_program);
    report::write(options, &outcomes, &path)?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

fn phases(options: &Options, round: usize) -> Vec<Phase> {
    let mut phases = vec![Phase::Rows, Phase::Batches];
    // What is allocated does not depend on the machine.
    phases.extend((round == 0).then_some(Phase::Space));
    phases.extend(options.threads.then_some(Phase::Beside));
    phases
}

fn child(options: &Options, variant: Variant, phase: Phase) -> Result<Record, String> {
    let what = format!("`--variant {} --phase {}`", variant.name(), phase.name());
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let output = Command::new(program)
        .args(["--variant", variant.name(), "--phase", phase.name(), "--rows", &options.rows.to_string()])
        .args(options.retain.iter().flat_map(|changes| ["--retain".to_owned(), changes.to_string()]))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{what} does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{what} failed: {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{what} printed something else: {error}"))
}

/// `benches.json` in the target directory, two above the program.
fn beside_the_program() -> PathBuf {
    let program = std::env::current_exe().ok();
    let target = program.as_deref().and_then(|program| program.parent()?.parent());
    target.map_or_else(|| PathBuf::from("target"), PathBuf::from).join("benches.json")
}

impl Outcome {
    fn new(variant: Variant) -> Self {
        Self { variant, times: Vec::new(), rounds: Vec::new(), space: None, beside: Vec::new() }
    }

    fn add(&mut self, record: Record) {
        for times in record.times {
            let each = times.each();
            match self.rounds.iter_mut().find(|(operation, _)| *operation == times.operation) {
                Some((_, rounds)) => rounds.push(each),
                None => self.rounds.push((times.operation.clone(), vec![each])),
            }
            match self.times.iter_mut().find(|known| known.operation == times.operation) {
                Some(known) => known.keep_least(&times),
                None => self.times.push(times),
            }
        }
        for read in record.beside {
            match self.beside.iter_mut().find(|known| known.operation == read.operation) {
                Some(known) => {
                    known.alone = known.alone.min(read.alone);
                    known.beside = known.beside.min(read.beside);
                    known.elsewhere = known.elsewhere.min(read.elsewhere);
                    known.commits = known.commits.max(read.commits);
                }
                None => self.beside.push(read),
            }
        }
        self.space = record.space.or(self.space.take());
    }
}
