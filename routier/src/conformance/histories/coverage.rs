//! How often each thing occurred.

use std::collections::BTreeMap;
use std::fmt;

/// How often each operator, terminal, access path, error, change and ending of a transaction occurred in the histories of
/// a subject: what can occur on it and never did stands there with 0.
///
/// Its `Display` is a table, a line for each group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    n_histories: u64,
    n_steps: u64,
    groups: BTreeMap<Group, BTreeMap<&'static str, u64>>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Operators,
    Reads,
    Access,
    Writes,
    Errors,
    Changes,
    Watches,
    Endings,
    Scopes,
}

impl Coverage {
    /// What occurred least often, and how often.
    pub fn rarest(&self) -> Option<(String, u64)> {
        self.each().min_by_key(|(_, count)| *count)
    }

    /// What occurred less often than this, and how often.
    pub fn less_than(&self, count: u64) -> Vec<(String, u64)> {
        self.each().filter(|(_, occurred)| *occurred < count).collect()
    }

    /// How many histories there were.
    pub fn histories(&self) -> u64 {
        self.n_histories
    }

    /// Takes what others counted, as if they had been part of this.
    pub fn merge(&mut self, other: &Self) {
        for (group, counts) in &other.groups {
            let all = self.groups.entry(*group).or_default();
            for (name, count) in counts {
                *all.entry(name).or_default() += count;
            }
        }
        self.n_histories += other.n_histories;
        self.n_steps += other.n_steps;
    }

    fn each(&self) -> impl Iterator<Item = (String, u64)> {
        self.groups.iter().flat_map(|(group, counts)| {
            counts.iter().map(move |(name, count)| (format!("{}: {name}", group.name()), *count))
        })
    }

    /// Says that these can occur.
    pub(super) fn expect(&mut self, group: Group, names: &[&'static str]) {
        let counts = self.groups.entry(group).or_default();
        for name in names {
            counts.entry(name).or_default();
        }
    }

    pub(super) fn count(&mut self, group: Group, name: &'static str) {
        *self.groups.entry(group).or_default().entry(name).or_default() += 1;
    }

    /// Takes what one history counted.
    pub(super) fn add(&mut self, history: &Self) {
        self.merge(history);
        self.n_histories += 1;
    }

    pub(super) fn count_step(&mut self) {
        self.n_steps += 1;
    }
}

impl Group {
    fn name(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Reads => "reads",
            Self::Access => "access paths",
            Self::Writes => "writes",
            Self::Errors => "errors",
            Self::Changes => "changes",
            Self::Watches => "watches",
            Self::Endings => "endings",
            Self::Scopes => "scopes",
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} histories, {} steps", self.n_histories, self.n_steps)?;
        for (group, counts) in &self.groups {
            write!(f, "\n  {:<13}", group.name())?;
            for (place, (name, count)) in counts.iter().enumerate() {
                let between = if place == 0 { "" } else { ", " };
                write!(f, "{between}{name} {count}")?;
            }
        }
        Ok(())
    }
}
