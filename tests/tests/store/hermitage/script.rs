//! The language of the cases: `1.up(2,21) 2.q(all)=1:10,2:20 1.C 2.C!ser`.
//!
//! A step is a session, what it does, and what comes of it. Rows are `id:value`; none are `-`. After `!` stands the
//! error: `Conflict`, `Duplicate` (both may be tried again), `taken` (a duplicate of a row that was seen, which may
//! not), `gone` (no such row), `si` and `ser` (a conflict at that level only). `B` begins a session, otherwise its
//! first step does.

use std::collections::BTreeMap;
use std::str::FromStr;

use routier::Isolation;

/// Rows by id.
pub(super) type Rows = BTreeMap<u64, i64>;

/// A case: sessions of transactions, and the rows in the end at each level.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// Whether no two rows may have one value.
    pub(super) unique: bool,
    pub(super) setup: &'static str,
    pub(super) steps: &'static str,
    pub(super) at_snapshot: &'static str,
    pub(super) at_serializable: &'static str,
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) session: u8,
    pub(super) action: Action,
    pub(super) expected: Option<Expected>,
}

#[derive(Clone, Debug)]
pub(super) enum Action {
    Begin,
    Get(u64),
    Query(Predicate),
    Up(u64, i64),
    Put(u64, i64),
    UpAll(Predicate, Change),
    Remove(u64),
    RemoveAll(Predicate),
    Insert(u64, i64),
    Commit,
    Abort,
}

#[derive(Clone, Debug)]
pub(super) enum Predicate {
    All,
    Equal(i64),
    Multiple(i64),
    Ids(Vec<u64>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Add(i64),
    Set(i64),
}

/// What comes of a step.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    Rows(String),
    Error(String),
}

impl Predicate {
    pub(super) fn holds(&self, id: u64, value: i64) -> bool {
        match self {
            Self::All => true,
            Self::Equal(wanted) => value == *wanted,
            Self::Multiple(of) => value % of == 0,
            Self::Ids(ids) => ids.contains(&id),
        }
    }
}

impl Change {
    pub(super) fn of(self, value: i64) -> i64 {
        match self {
            Self::Add(by) => value + by,
            Self::Set(to) => to,
        }
    }
}

impl Expected {
    pub(super) fn at(&self, level: Isolation) -> String {
        match self {
            Self::Rows(rows) => rows.clone(),
            Self::Error(error) => match (error.as_str(), level) {
                ("si", Isolation::Snapshot) | ("ser", Isolation::Serializable) => "Conflict".to_owned(),
                ("si" | "ser", _) => "ok".to_owned(),
                _ => error.clone(),
            },
        }
    }
}

/// `1:10,2:20`
pub(super) fn rows(text: &str) -> Rows {
    let pairs = text.split(',').filter(|pair| *pair != "-");
    pairs
        .map(|pair| pair.split_once(':').expect("id:value"))
        .map(|(id, value)| (number(id), number(value)))
        .collect()
}

pub(super) fn text(rows: &Rows) -> String {
    let pairs: Vec<String> = rows.iter().map(|(id, value)| format!("{id}:{value}")).collect();
    if pairs.is_empty() { "-".to_owned() } else { pairs.join(",") }
}

pub(super) fn parse(steps: &str) -> Vec<(&str, Step)> {
    steps.split_whitespace().map(|text| (text, step(text))).collect()
}

fn step(text: &str) -> Step {
    let (session, rest) = text.split_once('.').expect("session.action");
    let (action, expected) = match (rest.split_once(")="), rest.split_once('!')) {
        (Some((action, rows)), _) => (format!("{action})"), Some(Expected::Rows(rows.to_owned()))),
        (_, Some((action, error))) => (action.to_owned(), Some(Expected::Error(error.to_owned()))),
        // without a word on it, a write and a commit must succeed
        _ if rest == "A" || rest == "B" || rest.starts_with('q') || rest.starts_with("get") => {
            (rest.to_owned(), None)
        }
        _ => (rest.to_owned(), Some(Expected::Rows("ok".to_owned()))),
    };
    Step { session: number(session), action: act(&action), expected }
}

fn act(text: &str) -> Action {
    let (name, arguments) = text.trim_end_matches(')').split_once('(').unwrap_or((text, ""));
    let (first, second) = arguments.split_once(',').unwrap_or((arguments, ""));
    match name {
        "B" => Action::Begin,
        "C" => Action::Commit,
        "A" => Action::Abort,
        "get" => Action::Get(number(first)),
        "up" => Action::Up(number(first), number(second)),
        "put" => Action::Put(number(first), number(second)),
        "ins" => Action::Insert(number(first), number(second)),
        "q" => Action::Query(predicate(first)),
        "upp" => Action::UpAll(predicate(first), change(second)),
        "del" => first.parse().map_or_else(|_| Action::RemoveAll(predicate(first)), Action::Remove),
        _ => panic!("{text} is no action"),
    }
}

fn predicate(text: &str) -> Predicate {
    match (text.strip_prefix("v="), text.strip_prefix("v%")) {
        _ if text == "all" => Predicate::All,
        (Some(value), _) => Predicate::Equal(number(value)),
        (_, Some(of)) => Predicate::Multiple(number(of)),
        _ => Predicate::Ids(text.split('+').map(number).collect()),
    }
}

fn change(text: &str) -> Change {
    match text.strip_prefix('=') {
        Some(to) => Change::Set(number(to)),
        None => Change::Add(number(text)),
    }
}

fn number<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}
