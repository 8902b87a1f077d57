//! The tables, and the JSON.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::operation::Operation;
use crate::options::{Options, Variant};
use crate::parent::Outcome;
use crate::record::{Allocations, Beside, Space};

pub(crate) fn print(options: &Options, outcomes: &[Outcome]) {
    let ours = of(outcomes, Variant::Ours);
    let hand = of(outcomes, baseline(outcomes));
    let behind = of(outcomes, Variant::HandAsync);
    let own: Vec<_> = outcomes.iter().filter(|outcome| !outcome.variant.is_peer()).collect();

    let mut heads = vec![format!("{} rows, ns", options.rows)];
    heads.extend(own.iter().map(|outcome| outcome.variant.name().to_owned()));
    heads.extend(["ours/hand", "by rounds", "async/hand", "ours/async"].map(str::to_owned));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let each = |outcome: Option<&Outcome>| outcome.and_then(|outcome| outcome.each(operation));
        let mut line = vec![operation.title().to_owned()];
        line.extend(own.iter().map(|outcome| number(each(Some(outcome)))));
        line.push(ratio(each(ours), each(hand)));
        let by_rounds = ours.zip(hand).and_then(|(ours, hand)| ours.median_ratio(hand, operation));
        line.push(ratio(by_rounds, Some(1.0)));
        line.push(ratio(each(behind), each(hand)));
        line.push(ratio(each(ours), each(behind)));
        lines.push(line);
    }
    table(&lines);
    if of(outcomes, Variant::HandParkingLot).is_some() {
        println!("\n`hand` in the ratios is `{}`, the faster of the two", baseline(outcomes).name());
    }
    peers(options, outcomes, ours);
    space(outcomes, hand, ours);
    beside(outcomes);
}

/// How many times as long as ours others take.
fn peers(options: &Options, outcomes: &[Outcome], ours: Option<&Outcome>) {
    let peers: Vec<_> = outcomes.iter().filter(|outcome| outcome.variant.is_peer()).collect();
    if peers.is_empty() {
        return;
    }
    let mut heads = vec![format!("{} rows, ns", options.rows), Variant::Ours.name().to_owned()];
    heads.extend(peers.iter().map(|peer| peer.variant.name().to_owned()));
    heads.extend(peers.iter().map(|peer| format!("{}/ours", peer.variant.name())));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let ours = ours.and_then(|ours| ours.each(operation));
        let mut line = vec![operation.title().to_owned(), number(ours)];
        line.extend(peers.iter().map(|peer| number(peer.each(operation))));
        line.extend(peers.iter().map(|peer| ratio(peer.each(operation), ours)));
        lines.push(line);
    }
    println!();
    table(&lines);
}

fn space(outcomes: &[Outcome], hand: Option<&Outcome>, ours: Option<&Outcome>) {
    let mut heads = vec!["heap bytes a row beyond the entity".to_owned()];
    heads.extend(outcomes.iter().map(|outcome| outcome.variant.name().to_owned()));
    heads.push("ours/hand".to_owned());
    let mut lines = vec![heads];
    for (title, usual) in [("with a history of one change", false), ("with the history of this run", true)] {
        let read = |space: &Space| if usual { space.row_bytes_with_history } else { space.row_bytes };
        let bytes = |outcome: Option<&Outcome>| outcome.and_then(|outcome| outcome.space.as_ref()).map(read);
        let mut line = vec![title.to_owned()];
        line.extend(outcomes.iter().map(|outcome| number(bytes(Some(outcome)))));
        line.push(ratio(bytes(ours), bytes(hand)));
        lines.push(line);
    }
    println!();
    table(&lines);

    let mut heads = vec!["allocations each (bytes)".to_owned()];
    heads.extend(outcomes.iter().map(|outcome| outcome.variant.name().to_owned()));
    let mut lines = vec![heads];
    for operation in Operation::ALL {
        let mut line = vec![operation.title().to_owned()];
        line.extend(outcomes.iter().map(|outcome| match outcome.allocated(operation) {
            Some(allocated) => format!("{:.2} ({:.0})", allocated.calls, allocated.bytes),
            None => "-".to_owned(),
        }));
        lines.push(line);
    }
    println!();
    table(&lines);
}

fn beside(outcomes: &[Outcome]) {
    if outcomes.iter().all(|outcome| outcome.beside.is_empty()) {
        return;
    }
    let heads =
        ["ns a read beside a committer", "", "alone", "beside", "kept", "elsewhere", "kept", "commits/s"];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    for operation in Operation::ALL {
        for outcome in outcomes {
            let Some(read) = outcome.beside.iter().find(|read| read.operation == operation.name()) else {
                continue;
            };
            let Beside { alone, beside, elsewhere, commits, .. } = read;
            lines.push(vec![
                operation.title().to_owned(),
                outcome.variant.name().to_owned(),
                number(Some(*alone)),
                number(Some(*beside)),
                ratio(Some(*alone), Some(*beside)),
                number(Some(*elsewhere)),
                ratio(Some(*alone), Some(*elsewhere)),
                number(Some(*commits)),
            ]);
        }
    }
    println!();
    table(&lines);
}

pub(crate) fn write(options: &Options, outcomes: &[Outcome], path: &Path) -> Result<(), String> {
    let base = baseline(outcomes);
    let hand = of(outcomes, base);
    let variants = outcomes.iter().map(|outcome| (outcome.variant.name().to_owned(), outcome.json(hand)));
    let whole = json!({
        "rows": options.rows,
        "rounds": options.rounds,
        "retain": options.retain,
        "command": std::env::args().skip(1).collect::<Vec<_>>(),
        "processor": processor(),
        "threads": std::thread::available_parallelism().map_or(0, usize::from),
        "baseline": base.name(),
        "variants": variants.collect::<serde_json::Map<String, Value>>(),
    });
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    fs::write(path, format!("{whole:#}\n")).map_err(|error| format!("{}: {error}", path.display()))
}

impl Outcome {
    fn each(&self, operation: Operation) -> Option<f64> {
        let times = self.times.iter().find(|times| times.operation == operation.name())?;
        Some(times.each())
    }

    fn rounds(&self, operation: Operation) -> Option<&[f64]> {
        let found = self.rounds.iter().find(|(name, _)| name == operation.name())?;
        Some(&found.1)
    }

    /// The median of the ratios of each round, whose processes ran one after the other.
    fn median_ratio(&self, other: &Self, operation: Operation) -> Option<f64> {
        let pairs = self.rounds(operation)?.iter().zip(other.rounds(operation)?);
        let mut ratios: Vec<f64> = pairs.map(|(one, other)| one / other).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    }

    fn allocated(&self, operation: Operation) -> Option<&Allocations> {
        let all = &self.space.as_ref()?.allocations;
        all.iter().find(|allocated| allocated.operation == operation.name())
    }

    fn json(&self, hand: Option<&Self>) -> Value {
        let mut operations = serde_json::Map::new();
        for operation in Operation::ALL {
            let each = self.each(operation);
            let hand = hand.and_then(|hand| hand.each(operation));
            let value = json!({
                "ns": each,
                "ratio": each.zip(hand).map(|(each, hand)| each / hand),
                "rounds_ns": self.rounds(operation),
            });
            operations.insert(operation.name().to_owned(), value);
        }
        json!({ "operations": operations, "space": self.space, "beside": self.beside })
    }
}

/// The faster of the two locks over all operations.
fn baseline(outcomes: &[Outcome]) -> Variant {
    let (Some(one), Some(other)) = (of(outcomes, Variant::Hand), of(outcomes, Variant::HandParkingLot))
    else {
        let parking_lot = of(outcomes, Variant::HandParkingLot).is_some();
        return if parking_lot { Variant::HandParkingLot } else { Variant::Hand };
    };
    let logarithms = Operation::ALL.iter().filter_map(|operation| {
        one.each(*operation).zip(other.each(*operation)).map(|(one, other)| (one / other).ln())
    });
    if logarithms.sum::<f64>() > 0.0 { Variant::HandParkingLot } else { Variant::Hand }
}

fn of(outcomes: &[Outcome], variant: Variant) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.variant == variant)
}

fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}

fn ratio(value: Option<f64>, base: Option<f64>) -> String {
    value.zip(base).map_or_else(|| "-".to_owned(), |(value, base)| format!("{:.2}", value / base))
}

/// The first column to the left, the others to the right.
fn table(lines: &[Vec<String>]) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// The processor's name, where the system tells it.
fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
