//! What must not be in a history.

use std::fmt;

use super::history::{History, Transaction};

/// What kind of anomaly it is, by the names of Adya and of Elle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A history that says nothing: an element was appended twice, or a transaction ended before it began.
    Malformed,
    /// A read that contradicts what the same transaction read or appended before.
    Internal,
    /// A read of what the same transaction appended only after it.
    FutureRead,
    /// A read that has an element twice.
    DuplicateRead,
    /// A read of what nobody appended.
    GarbageRead,
    /// A read of what an aborted transaction appended (aborted read).
    G1a,
    /// A read of a list between two appends of another transaction (intermediate read).
    G1b,
    /// Two transactions read the same state of a list, and both appended to it.
    LostUpdate,
    /// Two reads of a list of which neither is the beginning of the other.
    IncompatibleOrder,
    /// A committed append behind one of an aborted transaction.
    DirtyUpdate,
    /// A committed append that was not there in the end.
    LostAppend,
    /// An append of an aborted transaction that was there in the end.
    ResurrectedAppend,
    /// A cycle of writes (write cycle, dirty write).
    G0,
    /// A cycle of writes and reads of them (circular flow).
    G1c,
    /// A cycle with exactly one read that missed a write (read skew).
    GSingle,
    /// A cycle with several reads that missed a write, no two of them one behind the other (long fork).
    GNonadjacent,
    /// A cycle with two reads that missed a write one behind the other (write skew); all that `Snapshot` allows.
    G2Item,
}

/// Something in a history that must not be, with an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    kind: Kind,
    explanation: Vec<String>,
    transactions: Vec<(usize, Transaction)>,
}

impl Anomaly {
    /// An anomaly of these transactions, by their places.
    pub(super) fn new(history: &History, kind: Kind, explanation: Vec<String>, of: &[usize]) -> Self {
        let mut of = of.to_vec();
        of.sort_unstable();
        of.dedup();
        let transactions =
            of.iter().filter_map(|place| Some((*place, history.transactions.get(*place)?.clone())));
        Self { kind, explanation, transactions: transactions.collect() }
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Why it must not be: a sentence, or one for each edge of a cycle.
    pub fn explanation(&self) -> &[String] {
        &self.explanation
    }

    /// The transactions that are part of it, with their places in the history.
    pub fn transactions(&self) -> &[(usize, Transaction)] {
        &self.transactions
    }
}

/// The kind, the explanation, and the transactions in full.
impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind)?;
        self.explanation.iter().try_for_each(|line| write!(f, "\n  {line}"))?;
        self.transactions
            .iter()
            .try_for_each(|(place, transaction)| write!(f, "\n    T{place} {transaction}"))
    }
}

/// The name.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
