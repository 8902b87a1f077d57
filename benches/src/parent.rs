//! Starts a process a variant and round, one after the other, and brings together what they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::options::{Options, Phase, Variant};
use crate::outcome::Outcome;
use crate::record::Record;
use crate::{chart, json, report};

/// What was measured with so many rows.
pub(crate) struct Size {
    pub(crate) rows: u64,
    pub(crate) outcomes: Vec<Outcome>,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let mut sizes = Vec::with_capacity(options.rows.len());
    for rows in &options.rows {
        let size = Size { rows: *rows, outcomes: measure(options, *rows)? };
        if !sizes.is_empty() {
            println!("\n");
        }
        report::print(size.rows, &size.outcomes);
        sizes.push(size);
    }
    let path = options.json.clone().unwrap_or_else(beside_the_program);
    let json = json::of_all(options, &sizes);
    println!();
    write(&path, &format!("{json:#}\n"))?;
    if let Some(path) = &options.chart {
        draw(&json, path)?;
    }
    Ok(())
}

/// A picture of each size. Where there are several, each file has the number of rows in its name.
fn draw(json: &Value, path: &Path) -> Result<(), String> {
    let sizes = json["sizes"].as_array().map_or(&[][..], Vec::as_slice);
    for size in sizes {
        let Some(svg) = chart::svg(size) else { continue };
        match sizes {
            [_] => write(path, &svg)?,
            _ => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                write(&path.with_file_name(format!("{stem}-{}.svg", size["rows"])), &svg)?;
            }
        }
    }
    Ok(())
}

fn measure(options: &Options, rows: u64) -> Result<Vec<Outcome>, String> {
    let mut outcomes: Vec<Outcome> = options.variants.iter().map(|variant| Outcome::new(*variant)).collect();
    for round in 0..options.rounds {
        eprintln!("{rows} rows, round {} of {}", round + 1, options.rounds);
        // Nobody always comes first.
        outcomes.rotate_left(1);
        for phase in phases(options, round) {
            let is_measured = |variant: Variant| phase.is_for(variant) && options.is_in(round, variant);
            for outcome in outcomes.iter_mut().filter(|outcome| is_measured(outcome.variant)) {
                outcome.add(child(options, rows, outcome.variant, phase)?);
            }
        }
    }
    outcomes.sort_by_key(|outcome| Variant::ALL.iter().position(|variant| *variant == outcome.variant));
    Ok(outcomes)
}

fn phases(options: &Options, round: usize) -> Vec<Phase> {
    let mut phases = vec![Phase::Rows, Phase::Batches, Phase::Live];
    // What is allocated does not depend on the machine.
    phases.extend((round == 0).then_some(Phase::Space));
    phases.extend(options.threads.then_some(Phase::Beside));
    phases
}

fn child(options: &Options, rows: u64, variant: Variant, phase: Phase) -> Result<Record, String> {
    let what = format!("`--variant {} --phase {}`", variant.name(), phase.name());
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let output = Command::new(program)
        .args(["--variant", variant.name(), "--phase", phase.name(), "--rows", &rows.to_string()])
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

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("written to {}", path.display());
    Ok(())
}
