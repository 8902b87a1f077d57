//! What was seen of a run.

use std::collections::BTreeMap;
use std::fmt;

use super::action::{Action, Answer};
use crate::{Error, ErrorKind};

/// All rows: values by id.
pub(crate) type State = BTreeMap<u64, i64>;

/// A run of a few transactions.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) is_distinct: bool,
    /// What the store held at first, and after each commit. A commit without writes counts.
    pub(crate) states: Vec<State>,
    /// In the order of their begins.
    pub(crate) transactions: Vec<Past>,
    /// The steps as they were taken, for people: the number of the transaction, and what it did.
    pub(crate) taken: Vec<(u8, Action, Answer)>,
}

/// What one transaction did.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) session: u8,
    /// How many commits there were before it began.
    pub(crate) begun: usize,
    /// Its statements, and what they were answered.
    pub(crate) statements: Vec<(Action, Answer)>,
    pub(crate) fate: Fate,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Rolled back, or never ended.
    Undone,
    /// Committed, as the commit of this number.
    Committed(usize),
    /// Refused, after so many commits.
    Lost { kind: ErrorKind, is_retryable: bool, after: usize },
}

impl History {
    pub(crate) fn new(is_distinct: bool, first: State) -> Self {
        Self { is_distinct, states: vec![first], transactions: Vec::new(), taken: Vec::new() }
    }

    /// How many commits there are.
    pub(crate) fn n_commits(&self) -> usize {
        self.states.len() - 1
    }

    /// What the store held after so many commits.
    pub(crate) fn state(&self, n_commits: usize) -> State {
        self.states.get(n_commits).cloned().unwrap_or_default()
    }

    /// What the store held at the end.
    pub(crate) fn last(&self) -> State {
        self.state(self.n_commits())
    }

    /// The transactions that were committed, in the order of their commits.
    pub(crate) fn committed(&self) -> Vec<(usize, &Past)> {
        let mut committed: Vec<(usize, &Past)> = Vec::new();
        for past in &self.transactions {
            if let Fate::Committed(number) = past.fate {
                committed.push((number, past));
            }
        }
        committed.sort_by_key(|(number, _)| *number);
        committed
    }
}

impl Fate {
    pub(crate) fn lost(error: &Error, after: usize) -> Self {
        Self::Lost { kind: error.kind(), is_retryable: error.is_retryable(), after }
    }
}

/// The steps in their order, and what the store held at the end.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (session, action, answer) in &self.taken {
            writeln!(f, "    T{session} {action:?} = {answer}")?;
        }
        write!(f, "    at the end {:?}", self.last())
    }
}
