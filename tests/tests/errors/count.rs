//! The contract: one error, no warning, few lines, at a token that the user wrote.

use std::collections::BTreeSet;

use crate::catalogue::{Case, cases};
use crate::exceptions::{EXCEPTIONS, RUSTC};

/// The least number of mistakes that keep the contract without exception.
const ENOUGH: usize = 80;
/// The most lines of a text that is ours.
const LINES: usize = 15;
/// The most lines of a text that is the compiler's own.
const LINES_OF_RUSTC: usize = 20;

#[test]
fn each_mistake_is_one_short_error_at_its_place() {
    let cases = cases();
    let mut wrong = Vec::new();
    let mut kept = 0;
    for case in &cases {
        let found = faults(&case.program, &case.text);
        match EXCEPTIONS.iter().find(|(name, _)| *name == case.name) {
            None if found.is_empty() => kept += 1,
            None => wrong.push(format!("{}: {}", case.name, found.join(", "))),
            Some(_) if found.is_empty() => {
                wrong.push(format!("{} needs no exception any more", case.name));
            }
            Some(_) => {}
        }
    }
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let gone = EXCEPTIONS.iter().filter(|(name, _)| !names.contains(name));
    wrong.extend(gone.map(|(name, _)| format!("{name} is an exception, and no case")));
    let unused = RUSTC.iter().filter(|(words, _)| !cases.iter().any(|case| headline(case).contains(words)));
    wrong.extend(unused.map(|(words, _)| format!("no text says `{words}`")));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(kept >= ENOUGH, "{kept} mistakes keep the contract, fewer than {ENOUGH}");
}

#[test]
fn each_mistake_is_told_from_the_others() {
    let mut sentences = BTreeSet::new();
    for case in cases() {
        let sentence = case.program.lines().next().unwrap_or_default();
        let told = sentence.starts_with("//! ") && sentence.ends_with('.');
        assert!(told, "{} does not begin with a sentence", case.name);
        assert!(
            sentences.insert(sentence.to_owned()),
            "{} has the sentence of another: {sentence}",
            case.name
        );
    }
}

/// Whether the words are the compiler's and not ours.
pub(crate) fn is_of_rustc(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    RUSTC.iter().any(|(words, _)| first.contains(words))
}

fn headline(case: &Case) -> &str {
    case.text.lines().next().unwrap_or_default()
}

/// What of the contract the text breaks.
pub(crate) fn faults(program: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let begin_with = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    let (errors, warnings) = (begin_with("error"), begin_with("warning"));
    if errors != 1 {
        faults.push(format!("{errors} errors"));
    }
    if warnings > 0 {
        faults.push(format!("{warnings} warnings"));
    }
    let most = if is_of_rustc(text) { LINES_OF_RUSTC } else { LINES };
    let lines = text.trim_end().lines().count();
    if lines > most {
        faults.push(format!("{lines} lines, more than {most}"));
    }
    match pointed_at(program, text) {
        None => faults.push("it points at no line of the program".to_owned()),
        Some(line) if line.trim_start().starts_with("#[derive(") => {
            faults.push("it points at the derive".to_owned());
        }
        Some(_) => {}
    }
    faults
}

/// The line of the program that the first error stands at.
fn pointed_at<'p>(program: &'p str, text: &str) -> Option<&'p str> {
    let place = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let mut parts = place.rsplit(':');
    let (_column, line) = (parts.next()?, parts.next()?);
    program.lines().nth(line.parse::<usize>().ok()?.checked_sub(1)?)
}
