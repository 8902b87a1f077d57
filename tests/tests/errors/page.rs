//! The page of all mistakes, `routier-derive/docs/errors.md`. It is written from the cases by
//! `ROUTIER_UPDATE=1 cargo test -p routier-tests --test errors`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::catalogue::{Case, cases};
use crate::count::is_of_rustc;

/// The directories of the cases in the order of the page, and what they are about.
const THEMES: &[(&str, &str)] = &[
    ("shapes", "What is an entity, and what a value"),
    ("attributes", "Attributes and options"),
    ("keys", "Keys, identities and versions"),
    ("types", "Types of fields"),
    ("names", "Names"),
    ("queries", "Queries and writes"),
    ("stores", "Stores, transactions and snapshots"),
];

/// Words in notes that the compiler adds to messages of ours.
const NOTES_OF_RUSTC: &[&str] = &["this error originates", "similarly named trait"];

const HEAD: &str = "# Reading the errors\n\n\
    What the compiler says of each mistake: the message, after the arrow what stands at the place it points at, and a\n\
    note of ours. An error with a number may be looked up by `rustc --explain`. This page is written from the programs in\n\
    `tests/compile/tests/ui`, see `tests/tests/errors/page.rs`.\n";

#[test]
fn the_page_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../routier-derive/docs/errors.md");
    let page = written(&cases());
    if std::env::var_os("ROUTIER_UPDATE").is_some() {
        fs::write(&file, &page).expect("the page can be written");
    }
    assert!(
        fs::read_to_string(&file).is_ok_and(|text| text == page),
        "routier-derive/docs/errors.md is not what the cases are: ROUTIER_UPDATE=1 cargo test -p routier-tests --test errors"
    );
}

#[test]
fn each_theme_is_on_the_page() {
    for case in cases() {
        let theme = case.name.split('/').next().unwrap_or_default();
        assert!(THEMES.iter().any(|(name, _)| *name == theme), "{theme} is no theme of the page");
    }
}

#[test]
fn message_and_label_are_found() {
    let text = "error[E0277]: `f64` cannot be a key\n --> a.rs:8:9\n  |\n8 |     id: f64,\n  |         ^^^ a key is text\n  |\n";
    assert_eq!(said(text), "`f64` cannot be a key (E0277) → a key is text");
    assert_eq!(
        said("error: `a` is given already\n --> a.rs:8:9\n  |\n8 | a\n  | ^\n"),
        "`a` is given already"
    );
    let two =
        "error[E0277]: no\n --> a.rs:8:9\n  |\n8 | f(x)\n  | - ^ way out\n  | |\n  | required by this\n";
    assert_eq!(said(two), "no (E0277) → way out");
}

fn written(cases: &[Case]) -> String {
    let mut page = HEAD.to_owned();
    for (theme, about) in THEMES {
        writeln!(page, "\n## {about}\n").expect("a text grows");
        let prefix = format!("{theme}/");
        for case in cases.iter().filter(|case| case.name.starts_with(&prefix)) {
            let sentence = case.program.lines().next().unwrap_or_default().trim_start_matches("//! ");
            writeln!(page, "- *{sentence}* {}", said(&case.text)).expect("a text grows");
        }
    }
    page
}

/// The message, its number, what stands at the place it points at, and a note that is ours.
fn said(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let (kind, message) = first.split_once(": ").unwrap_or_default();
    let number = kind.strip_prefix("error[").and_then(|number| number.strip_suffix(']'));
    let number = number.map(|number| format!(" ({number})")).unwrap_or_default();
    let label = text.lines().find_map(|line| {
        let (before, label) = line.split_once('^')?;
        let own = before.chars().all(|letter| " |-_".contains(letter));
        own.then(|| label.trim_start_matches('^').trim()).filter(|label| !label.starts_with('-'))
    });
    let label = label.filter(|label| !label.is_empty() && !message.ends_with(label));
    let label = label.map(|label| format!(" → {label}")).unwrap_or_default();
    let note = text.lines().filter_map(|line| line.trim_start().strip_prefix("= note: "));
    let note = note
        .filter(|_| !is_of_rustc(text))
        .find(|note| !NOTES_OF_RUSTC.iter().any(|words| note.contains(words)));
    let note = note.map(|note| format!("; {note}")).unwrap_or_default();
    format!("{message}{number}{label}{note}")
}
