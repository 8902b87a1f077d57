//! What the check has to say.

use std::fmt;

/// One line of the library that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) rule: Rule,
}

/// The rule, and who breaks it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// A module uses one that comes later.
    Upward { from: String, to: String },
    /// A module names an item by its re-export in the root.
    ThroughRoot { from: String, name: String },
    /// A module takes in everything that the root has.
    RootGlob { from: String },
    /// A module of the root stands at no place in the order.
    NotInOrder { module: String },
    /// The source is written in a way that the check does not follow.
    NotUnderstood { what: String },
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: ", self.file, self.line)?;
        match &self.rule {
            Rule::Upward { from, to } => {
                write!(formatter, "module `{from}` uses `{to}`, which does not come before it")
            }
            Rule::ThroughRoot { from, name } => write!(
                formatter,
                "module `{from}` names `crate::{name}` through the root: import it from the module that defines it"
            ),
            Rule::RootGlob { from } => {
                write!(
                    formatter,
                    "module `{from}` imports the whole root: import what it needs, each from its module"
                )
            }
            Rule::NotInOrder { module } => {
                write!(formatter, "module `{module}` isn't in the order: give it a place in `ORDER`")
            }
            Rule::NotUnderstood { what } => write!(formatter, "{what}"),
        }
    }
}

/// All findings, one a line.
pub(crate) fn list(findings: &[Finding]) -> String {
    findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")
}
