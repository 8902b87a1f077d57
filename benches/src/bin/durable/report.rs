//! Tables for people, and JSON.

use serde_json::{Value, json};

use crate::floor::Floor;
use crate::kind::Kind;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::options::Options;
use crate::processor::processor;
use crate::results::{Each, Results, each};
use crate::table::{self, ratio};

/// A column of ratios: what is compared with what, and the bar for it.
type Comparison = (Kind, Kind, fn(Operation) -> Option<f64>);

const COMPARISONS: [Comparison; 5] = [
    (Kind::File, Kind::Memory, |_| None),
    (Kind::File, Kind::Redb, |_| None),
    (Kind::File, Kind::Plain, |_| None),
    (Kind::Sqlite, Kind::Threaded, Operation::bar_to_threaded),
    (Kind::Sqlite, Kind::Plain, Operation::bar_to_plain),
];

pub(crate) fn print(options: &Options, results: &Results) {
    let Options { rows, commits, rounds, .. } = options;
    println!("{rows} rows, {commits} commits, the least of {rounds} rounds\n");
    figures(options, results, "µs, to the first row ms", |operation, each| {
        each.nanoseconds / if operation == Operation::Reopen { 1e6 } else { 1e3 }
    });
    let writes = [Operation::Insert, Operation::Together, Operation::InsertMany];
    let a_second = |_, each: Each| 1e9 / each.nanoseconds;
    figures_of(&writes, options, results, "commits a second, or rows", a_second);
    floor("a line appended to a file and synced", results, |floor| &floor.sync);
    floor("an empty job, to the pool of threads that may block and back", results, |floor| &floor.pool);
    floor("an empty job, through a channel to one thread and back", results, |floor| &floor.channel);
    println!();
    ratios(options, results);
    figures(options, results, "µs of processors, to the first row ms", |operation, each| {
        each.processor / if operation == Operation::Reopen { 1e6 } else { 1e3 }
    });
    figures(options, results, "how often a thread waits", |_, each| each.waits);
}

fn floor(what: &str, results: &Results, figure: impl Fn(&Floor) -> &Measured) {
    if let Some(each) = each(&results.floor.iter().map(figure).collect::<Vec<_>>()) {
        let Each { nanoseconds, processor, waits } = each;
        let [time, processor] = [nanoseconds, processor].map(|each| number(Some(each / 1e3)));
        println!("{what}: {time} µs, {processor} of processors, {waits:.1} waits");
    }
}

/// Two places where it is small: a get of what is in memory takes less than a tenth of a microsecond.
fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if value < 10.0 => format!("{value:.2}"),
        value => table::number(value),
    }
}

/// A table with a line for each operation and a column for each subject.
fn figures(options: &Options, results: &Results, title: &str, figure: impl Fn(Operation, Each) -> f64) {
    figures_of(&Operation::ALL, options, results, title, figure);
}

fn figures_of(
    operations: &[Operation],
    options: &Options,
    results: &Results,
    title: &str,
    figure: impl Fn(Operation, Each) -> f64,
) {
    let kinds = Kind::ALL.into_iter().filter(|kind| options.kinds.contains(kind));
    let kinds: Vec<Kind> = kinds.collect();
    let head = kinds.iter().map(|kind| kind.name().to_owned());
    let mut lines = vec![std::iter::once(title.to_owned()).chain(head).collect::<Vec<_>>()];
    for operation in operations.iter().copied() {
        let of_kind =
            |kind: &Kind| number(results.each(*kind, operation).map(|each| figure(operation, each)));
        let cells = kinds.iter().map(of_kind);
        lines.push(std::iter::once(operation.name().to_owned()).chain(cells).collect());
    }
    table::print(&lines);
    println!();
}

fn ratios(options: &Options, results: &Results) {
    let all: Vec<Comparison> = COMPARISONS
        .into_iter()
        .filter(|(of, to, _)| options.kinds.contains(of) && options.kinds.contains(to))
        .collect();
    if all.is_empty() {
        return;
    }
    let head = all.iter().map(|(of, to, _)| format!("{}/{}", of.name(), to.name()));
    let mut lines = vec![std::iter::once("times as long".to_owned()).chain(head).collect::<Vec<_>>()];
    for operation in Operation::ALL {
        let time = |kind: Kind| results.each(kind, operation).map(|each| each.nanoseconds);
        let cell = |(of, to, bar): &Comparison| {
            let ratio = ratio(time(*of), time(*to));
            bar(operation).map_or_else(|| ratio.clone(), |bar| format!("{ratio} (bar {bar})"))
        };
        lines.push(std::iter::once(operation.name().to_owned()).chain(all.iter().map(cell)).collect());
    }
    table::print(&lines);
    println!();
}

pub(crate) fn json(options: &Options, results: &Results) -> Value {
    let subjects = options.kinds.iter().map(|kind| (kind.name().to_owned(), of_kind(*kind, results)));
    json!({
        "rows": options.rows,
        "commits": options.commits,
        "rounds": options.rounds,
        "command": std::env::args().skip(1).collect::<Vec<_>>(),
        "processor": processor(),
        "threads": std::thread::available_parallelism().map_or(0, usize::from),
        "floor": results.floor,
        "subjects": subjects.collect::<serde_json::Map<_, _>>(),
    })
}

fn of_kind(kind: Kind, results: &Results) -> Value {
    let of_operation = |operation: Operation| {
        let each = results.each(kind, operation)?;
        let value = json!({
            "ns": each.nanoseconds,
            "a_second": 1e9 / each.nanoseconds,
            "processor_ns": each.processor,
            "waits": each.waits,
            "rounds": results.rounds(kind, operation),
        });
        Some((operation.name().to_owned(), value))
    };
    Operation::ALL.into_iter().filter_map(of_operation).collect::<serde_json::Map<_, _>>().into()
}
