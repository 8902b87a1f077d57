//! What was observed: transactions, and what each of them did and saw.

use std::collections::BTreeMap;
use std::fmt;

/// Transactions as their clients saw them.
///
/// They append elements to lists and read whole lists. An element is appended once at most, whatever the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The transactions, in the order in which they were begun. In explanations they go by their place: `T0` is the first.
    pub transactions: Vec<Transaction>,
    /// What each list held when all was over; `None` where nobody looked. A list that is not named is empty.
    pub last: Option<BTreeMap<u64, Vec<u64>>>,
}

/// A transaction as its client saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Who ran it. A process runs one transaction after the other.
    pub process: u64,
    /// When it was begun, on a clock that all processes share and that gives no time twice.
    pub invoked: u64,
    /// When its end was known.
    pub completed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What it did, in this order.
    pub operations: Vec<Operation>,
}

/// How a transaction ended, by the names of Jepsen's histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was committed.
    Ok,
    /// It has done nothing.
    Fail,
    /// Nobody knows: the answer was lost. It may also take effect later.
    Info,
}

/// One thing that a transaction did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Appended an element to a list.
    Append {
        /// The list.
        list: u64,
        /// What was appended.
        element: u64,
    },
    /// Read a list.
    Read {
        /// The list.
        list: u64,
        /// What it held.
        elements: Vec<u64>,
    },
}

/// A line for each transaction.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, transaction) in self.transactions.iter().enumerate() {
            writeln!(f, "T{place} {transaction}")?;
        }
        for (list, elements) in self.last.iter().flatten() {
            writeln!(f, "at last {list} = {elements:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} [{}, {}] {}:", self.process, self.invoked, self.completed, self.outcome)?;
        self.operations.iter().try_for_each(|operation| write!(f, " {operation}"))
    }
}

/// `ok`, `fail` or `info`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `append(1, 7)`, `read(1) = [7]`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Append { list, element } => write!(f, "append({list}, {element})"),
            Self::Read { list, elements } => write!(f, "read({list}) = {elements:?}"),
        }
    }
}

impl Outcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Fail => "fail",
            Self::Info => "info",
        }
    }
}

impl Transaction {
    /// The lists and elements that it appended, in this order.
    pub(super) fn appends(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.operations.iter().filter_map(|operation| match operation {
            Operation::Append { list, element } => Some((*list, *element)),
            Operation::Read { .. } => None,
        })
    }

    /// The lists that it read, with what they held, in this order.
    pub(super) fn reads(&self) -> impl Iterator<Item = (u64, &[u64])> + '_ {
        self.operations.iter().filter_map(|operation| match operation {
            Operation::Append { .. } => None,
            Operation::Read { list, elements } => Some((*list, elements.as_slice())),
        })
    }
}
