//! The contract, clause by clause, on every kind of store: `cargo test --test contract q_ties`.
//!
//! `tests/contract.md` is the list to read. It is written from the suite by `ROUTIER_UPDATE=1 cargo test --test contract`,
//! and a test that it is up to date runs with the others. `ROUTIER_TIMES=20` shows the 20 clauses that take longest.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use routier::conformance::{Clause, Outcome, Subject, clauses};
use routier_conformance_tests::media::{Directory, Disk, In};
use routier_tests::stores::Kind;

/// How many clauses of one kind of store were seen to hold, and how many were not asked.
#[derive(Default)]
struct Tally {
    passed: AtomicUsize,
    switched_off: AtomicUsize,
    took: Mutex<Vec<(Duration, &'static str)>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = vec![
        Trial::test("contract::ids_are_unique", ids_are_unique),
        Trial::test("contract::list_is_up_to_date", list_is_up_to_date),
    ];
    let mut tallies: Vec<(String, Arc<Tally>)> = Vec::new();
    for (name, subject, clauses) in subjects() {
        let tally = Arc::default();
        trials.extend(
            clauses.into_iter().map(|clause| trial(&name, clause, subject.clone(), Arc::clone(&tally))),
        );
        tallies.push((name, tally));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        for (name, tally) in &tallies {
            let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
            println!("{name}: {} passed, {} switched off", count(&tally.passed), count(&tally.switched_off));
        }
        show_longest(&tallies);
    }
    conclusion.exit_code()
}

/// The clauses that took longest, where so many are asked for.
fn show_longest(tallies: &[(String, Arc<Tally>)]) {
    let wanted = std::env::var("ROUTIER_TIMES").ok().and_then(|wanted| wanted.parse().ok()).unwrap_or(0);
    let mut all = Vec::new();
    for (kind, tally) in tallies {
        let took = tally.took.lock().expect("nobody panics with it");
        all.extend(took.iter().map(|(took, clause)| (*took, kind, *clause)));
    }
    all.sort_unstable_by(|left, right| right.cmp(left));
    for (took, kind, clause) in all.iter().take(wanted) {
        println!("{:8.3} s  {clause} on {kind}", took.as_secs_f64());
    }
}

/// The kinds of store, each with its name and the clauses that it is held against.
fn subjects() -> Vec<(String, Subject, Vec<&'static Clause>)> {
    let mut all: Vec<_> = Kind::UNDER_CONTRACT
        .iter()
        .map(|&kind| (format!("{kind:?}"), of_kind(kind), clauses().collect::<Vec<_>>()))
        .collect();
    // The same storage over the machine's own files, which are slower: only what a simulated disk may not know.
    let on_machine = of_kind(Kind::File).on(|| Directory::of(In::Files));
    let durable = clauses().filter(|clause| clause.part() == "durable").collect();
    all.push(("FileOnMachine".to_owned(), on_machine, durable));
    all
}

fn of_kind(kind: Kind) -> Subject {
    let subject = Subject::new(move |builder| kind.build(builder));
    match kind {
        Kind::File => subject.on(|| Ok(Disk::default())),
        Kind::Sqlite => subject.on(|| Directory::of(In::Database)),
        _ => subject,
    }
}

/// A clause on a kind of store, ignored where it does not apply.
fn trial(kind: &str, clause: &'static Clause, subject: Subject, tally: Arc<Tally>) -> Trial {
    let name = format!("contract::{}", clause.name());
    // One that has no store has to fail, and not to be passed over.
    let applies = block_on(clause.applies(&subject)).unwrap_or(true);
    if !applies {
        tally.switched_off.fetch_add(1, Ordering::Relaxed);
    }
    let timed = move || {
        let begin = Instant::now();
        let outcome = block_on(clause.run(&subject));
        tally.took.lock().expect("nobody panics with it").push((begin.elapsed(), clause.name()));
        (outcome, Arc::clone(&tally))
    };
    let run = move || match timed() {
        (Outcome::Passed, tally) => {
            tally.passed.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        (Outcome::SwitchedOff, _) => Err(Failed::from("it was switched off in between")),
        (Outcome::Failed(seen), _) => Err(Failed::from(format!("{}\n{seen}", clause.text()))),
    };
    Trial::test(name, run).with_kind(kind.to_owned()).with_ignored_flag(!applies)
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

fn ids_are_unique() -> Result<(), Failed> {
    let mut seen = BTreeSet::new();
    match clauses().find(|clause| !seen.insert(clause.id())) {
        Some(twice) => Err(Failed::from(format!("{} stands twice", twice.id()))),
        None => Ok(()),
    }
}

fn list_is_up_to_date() -> Result<(), Failed> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract.md");
    let list = listed();
    if std::env::var_os("ROUTIER_UPDATE").is_some() {
        std::fs::write(&file, &list)?;
    }
    if std::fs::read_to_string(&file).is_ok_and(|text| text == list) {
        return Ok(());
    }
    Err(Failed::from(
        "tests/contract.md is not what the suite is: ROUTIER_UPDATE=1 cargo test --test contract",
    ))
}

/// The clauses as a document, by section.
fn listed() -> String {
    let mut sorted: Vec<&Clause> = clauses().collect();
    let place = |clause: &Clause| -> Vec<u32> {
        clause.section().split('.').filter_map(|part| part.parse().ok()).collect()
    };
    sorted.sort_by_key(|clause| place(clause));
    let durable = sorted.iter().filter(|clause| clause.part() == "durable").count();
    let mut text = String::from(
        "# The contract, clause by clause\n\n\
         What every storage promises. Each clause is a function of the conformance suite\n\
         (`routier::conformance`), run on every kind of store as `contract::` and its id with underscores. What stands\n\
         in parentheses is what switches it: a capability, or `durable`, which is that data can be opened again, with\n\
         what else the medium has to be able to. This file is written from the suite, see\n\
         `tests/conformance/tests/contract.rs`.\n\n",
    );
    let _ = writeln!(text, "{} clauses, {durable} of them durable.", sorted.len());
    let mut section = "";
    for clause in sorted {
        if clause.section() != section {
            section = clause.section();
            let _ = writeln!(text, "\n## {section}\n");
        }
        let need = clause.need().to_string();
        let need = if need == "nothing" { String::new() } else { format!(" ({need})") };
        let _ = writeln!(text, "- `{}`: {}{need}", clause.id(), clause.text());
    }
    text
}
