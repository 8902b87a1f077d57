//! What a run of the suite found.

use std::fmt;

use super::clause::{Clause, Outcome};

/// What a run of the suite found, as a text for a person: failures first, then what was switched off and why, then the
/// counts.
#[derive(Clone, Debug)]
pub struct Report {
    subject: &'static str,
    outcomes: Vec<(Clause, Outcome)>,
}

impl Report {
    pub(super) fn new(subject: &'static str) -> Self {
        Self { subject, outcomes: Vec::new() }
    }

    /// Adds what became of a clause.
    pub(super) fn add(&mut self, clause: &Clause, outcome: Outcome) {
        self.outcomes.push((*clause, outcome));
    }

    /// How many clauses hold.
    pub fn passed(&self) -> usize {
        self.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Passed).count()
    }

    /// The clauses that ask for what the subject does not claim to have.
    pub fn switched_off(&self) -> impl Iterator<Item = &Clause> {
        self.outcomes
            .iter()
            .filter_map(|(clause, outcome)| (*outcome == Outcome::SwitchedOff).then_some(clause))
    }

    /// The clauses that are broken, and what was seen.
    pub fn failed(&self) -> impl Iterator<Item = (&Clause, &str)> {
        self.outcomes.iter().filter_map(|(clause, outcome)| match outcome {
            Outcome::Failed(seen) => Some((clause, seen.as_str())),
            _ => None,
        })
    }

    /// Whether no clause is broken.
    pub fn is_ok(&self) -> bool {
        self.failed().next().is_none()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (clause, seen) in self.failed() {
            writeln!(f, "FAILED {} ({}): {}", clause.id(), clause.section, clause.text)?;
            for line in seen.lines() {
                writeln!(f, "    {line}")?;
            }
        }
        for clause in self.switched_off() {
            writeln!(f, "switched off {}: needs {}", clause.id(), clause.need)?;
        }
        let (passed, off, failed) = (self.passed(), self.switched_off().count(), self.failed().count());
        write!(f, "{}: {passed} passed, {off} switched off, {failed} failed", self.subject)
    }
}
