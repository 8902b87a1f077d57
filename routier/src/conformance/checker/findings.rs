//! What a campaign ran, and what it found.

use std::collections::BTreeMap;
use std::fmt;

use super::anomaly::{Anomaly, Kind};
use super::history::{History, Outcome};

/// What a campaign ran, and what it found.
///
/// Its `Display` is a line of what was run and found, and where something was, the first history with its seed and the first
/// anomaly of each kind in it.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    n_histories: u64,
    n_flagged: u64,
    outcomes: [u64; 3],
    kinds: BTreeMap<Kind, u64>,
    first: Option<Flagged>,
    broken: Option<(u64, String)>,
}

/// A history with anomalies in it.
#[derive(Clone, Debug)]
pub struct Flagged {
    /// Its seed.
    pub seed: u64,
    /// What was observed.
    pub history: History,
    /// What is wrong with it.
    pub anomalies: Vec<Anomaly>,
}

impl Findings {
    /// How many histories there were.
    pub fn histories(&self) -> u64 {
        self.n_histories
    }

    /// How many transactions ended so.
    pub fn transactions(&self, outcome: Outcome) -> u64 {
        let [ok, fail, info] = self.outcomes;
        match outcome {
            Outcome::Ok => ok,
            Outcome::Fail => fail,
            Outcome::Info => info,
        }
    }

    /// How many histories have an anomaly.
    pub fn flagged(&self) -> u64 {
        self.n_flagged
    }

    /// How many histories have an anomaly of this kind.
    pub fn of_kind(&self, kind: Kind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }

    /// The kinds that were found.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.kinds.keys().copied()
    }

    /// The first history with an anomaly.
    pub fn first(&self) -> Option<&Flagged> {
        self.first.as_ref()
    }

    /// The seed of a history that came to no end, and why: an error that is no conflict, a panic, or a minute gone by.
    pub fn broken(&self) -> Option<(u64, &str)> {
        self.broken.as_ref().map(|(seed, why)| (*seed, why.as_str()))
    }

    /// A line of what was run and found.
    pub fn line(&self) -> String {
        let text = self.to_string();
        text.lines().next().unwrap_or_default().to_owned()
    }

    /// Whether every history came to its end, and none has an anomaly.
    pub fn is_ok(&self) -> bool {
        self.n_flagged == 0 && self.broken.is_none()
    }

    /// Takes what another campaign found, as if it had been part of this one.
    pub fn add(&mut self, other: Self) {
        self.n_histories += other.n_histories;
        self.n_flagged += other.n_flagged;
        for (count, more) in self.outcomes.iter_mut().zip(other.outcomes) {
            *count += more;
        }
        for (kind, more) in other.kinds {
            *self.kinds.entry(kind).or_default() += more;
        }
        self.first = self.first.take().or(other.first);
        self.broken = self.broken.take().or(other.broken);
    }

    pub(super) fn note(&mut self, seed: u64, history: History, anomalies: Vec<Anomaly>) {
        self.n_histories += 1;
        let [ok, fail, info] = &mut self.outcomes;
        for transaction in &history.transactions {
            *match transaction.outcome {
                Outcome::Ok => &mut *ok,
                Outcome::Fail => &mut *fail,
                Outcome::Info => &mut *info,
            } += 1;
        }
        if anomalies.is_empty() {
            return;
        }
        self.n_flagged += 1;
        let mut kinds: Vec<Kind> = anomalies.iter().map(Anomaly::kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.into_iter().for_each(|kind| *self.kinds.entry(kind).or_default() += 1);
        self.first.get_or_insert(Flagged { seed, history, anomalies });
    }

    pub(super) fn break_off(&mut self, seed: u64, why: String) {
        self.broken = Some((seed, why));
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ok, fail, info] = self.outcomes;
        write!(f, "{} histories, {ok} transactions ok, {fail} fail, {info} info: ", self.n_histories)?;
        match self.n_flagged {
            0 => f.write_str("no anomaly")?,
            n_flagged => write!(f, "{n_flagged} with anomalies")?,
        }
        for (place, (kind, count)) in self.kinds.iter().enumerate() {
            write!(f, "{} {kind} in {count}", if place == 0 { "," } else { "" })?;
        }
        if let Some((seed, why)) = &self.broken {
            write!(f, "\nthe history with the seed {seed} came to no end: {why}")?;
        }
        if let Some(first) = &self.first {
            write!(f, "\n{first}")?;
        }
        Ok(())
    }
}

/// The seed, and the first anomaly of each kind.
impl fmt::Display for Flagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the history with the seed {}:", self.seed)?;
        let mut shown: Vec<Kind> = Vec::new();
        for anomaly in &self.anomalies {
            if !shown.contains(&anomaly.kind()) {
                shown.push(anomaly.kind());
                write!(f, "\n{anomaly}")?;
            }
        }
        Ok(())
    }
}
