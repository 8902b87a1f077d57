//! One clause of the contract.

use std::pin::Pin;

use super::need::Need;
use super::run;
use super::subject::Subject;
use crate::Result;

/// What a clause does to a subject: an error or a panic says that the clause is broken.
pub(super) type Check = for<'a> fn(&'a Subject) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// One thing that the contract says, and the function that finds out whether it is so.
#[derive(Clone, Copy, Debug)]
pub struct Clause {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    pub(super) text: &'static str,
    pub(super) module: &'static str,
    pub(super) need: Need,
    /// `None` where there is nothing yet to show it by.
    pub(super) check: Option<Check>,
}

/// What became of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// The subject does not claim what the clause needs.
    SwitchedOff,
    /// It does not hold, and what was seen.
    Failed(String),
}

impl Clause {
    /// What the clause is called: `q-ties`.
    pub fn id(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The name of its function: `q_ties`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The section of the contract that it belongs to: `3.3`.
    pub fn section(&self) -> &'static str {
        self.section
    }

    /// The part of the suite that it stands in: `rows`, `queries`, `transactions`, `isolation`, `following` or
    /// `durable`.
    pub fn part(&self) -> &'static str {
        // the crate, `conformance`, the part
        self.module.split("::").nth(2).unwrap_or_default()
    }

    /// What it says, in a sentence.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The capability that switches it.
    pub fn need(&self) -> Need {
        self.need
    }

    /// Whether there is a function for it. What has none is switched off everywhere.
    pub fn has_check(&self) -> bool {
        self.check.is_some()
    }

    /// Whether it applies to a subject: there is a function for it, and the subject has what it needs.
    ///
    /// # Errors
    ///
    /// When the subject gives no store.
    pub async fn applies(&self, subject: &Subject) -> Result<bool> {
        run::applies(self, subject).await
    }

    /// Finds out whether a subject keeps it. What takes longer than a minute counts as broken.
    pub async fn run(&self, subject: &Subject) -> Outcome {
        run::clause(self, subject).await
    }
}

/// The clauses of a part of the contract: its section, the function, what it needs where that is something, and what it
/// says.
macro_rules! clauses {
    ($($section:literal $name:ident $([$need:ident])?: $text:literal;)*) => {
        pub(in crate::conformance) const CLAUSES: &[$crate::conformance::Clause] = &[$($crate::conformance::Clause {
            name: stringify!($name),
            section: $section,
            text: $text,
            module: module_path!(),
            need: $crate::conformance::clause::need!($($need)?),
            check: Some(|subject| Box::pin($name(subject))),
        }),*];
    };
}

macro_rules! need {
    () => {
        $crate::conformance::Need::NOTHING
    };
    ($need:ident) => {
        $crate::conformance::Need::$need
    };
}

pub(super) use {clauses, need};
