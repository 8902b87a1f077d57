//! Who appended what, and who was committed.

use std::collections::{BTreeMap, BTreeSet};

use super::anomaly::{Anomaly, Kind};
use super::history::{History, Outcome, Transaction};

/// A history, and what can be looked up in it.
pub(super) struct Facts<'a> {
    pub(super) history: &'a History,
    /// By list and element.
    appends: BTreeMap<(u64, u64), Append>,
    /// Committed, or seen to be.
    committed: Vec<bool>,
}

/// Where an element comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Append {
    /// The place of its transaction.
    pub(super) by: usize,
    /// Whether the transaction appended something else to the list after it.
    pub(super) is_intermediate: bool,
}

/// When the transactions so far ran.
#[derive(Default)]
struct Clock {
    times: BTreeSet<u64>,
    begun: Option<u64>,
    /// By process: when its last transaction ended.
    ended: BTreeMap<u64, u64>,
}

impl Clock {
    /// What is wrong with the times of a transaction.
    fn misses(&mut self, of: &Transaction) -> Option<&'static str> {
        let is_behind = self.begun.replace(of.invoked) < Some(of.invoked);
        let is_free = self.ended.insert(of.process, of.completed) < Some(of.invoked);
        let is_own = self.times.insert(of.invoked) & self.times.insert(of.completed);
        if of.completed <= of.invoked {
            Some("had ended when it began")
        } else if !is_own {
            Some("began or ended at a time that is given twice")
        } else if !is_behind {
            Some("began before the one that stands before it")
        } else if !is_free {
            Some("began while its process was busy")
        } else {
            None
        }
    }
}

impl<'a> Facts<'a> {
    /// Looks through a history. It may be malformed.
    pub(super) fn new(history: &'a History, anomalies: &mut Vec<Anomaly>) -> Self {
        let committed = history.transactions.iter().map(|of| of.outcome == Outcome::Ok).collect();
        let mut facts = Self { history, appends: BTreeMap::new(), committed };
        let mut clock = Clock::default();
        for (place, transaction) in history.transactions.iter().enumerate() {
            let mut malformed = |what: String| {
                anomalies.push(Anomaly::new(history, Kind::Malformed, vec![what], &[place]));
            };
            if let Some(wrong) = clock.misses(transaction) {
                malformed(format!("T{place} {wrong}"));
            }
            facts.note(place, transaction, malformed);
        }
        facts.see_unknown();
        facts
    }

    fn note(&mut self, place: usize, transaction: &Transaction, mut malformed: impl FnMut(String)) {
        let mut last = BTreeMap::new();
        for (list, element) in transaction.appends() {
            if let Some(before) = last.insert(list, element)
                && let Some(append) = self.appends.get_mut(&(list, before))
            {
                append.is_intermediate = true;
            }
            let append = Append { by: place, is_intermediate: false };
            if let Some(other) = self.appends.insert((list, element), append) {
                malformed(format!("T{place} appended {element} to list {list}, as T{} did", other.by));
            }
        }
    }

    /// What was read of a transaction shows that it was committed. Its own reads then count, too.
    fn see_unknown(&mut self) {
        let history = self.history;
        let mut seen: Vec<(u64, &[u64])> =
            history.last.iter().flatten().map(|(list, elements)| (*list, elements.as_slice())).collect();
        seen.extend(self.committed().flat_map(|(_, transaction)| transaction.reads()));
        while let Some((list, elements)) = seen.pop() {
            for element in elements {
                let Some(Append { by, .. }) = self.append(list, *element) else { continue };
                let transaction = history.transactions.get(by);
                if let Some(transaction) = transaction.filter(|of| of.outcome == Outcome::Info)
                    && let Some(is_committed) = self.committed.get_mut(by)
                    && !std::mem::replace(is_committed, true)
                {
                    seen.extend(transaction.reads());
                }
            }
        }
    }

    pub(super) fn append(&self, list: u64, element: u64) -> Option<Append> {
        self.appends.get(&(list, element)).copied()
    }

    pub(super) fn is_committed(&self, place: usize) -> bool {
        self.committed.get(place) == Some(&true)
    }

    pub(super) fn outcome(&self, place: usize) -> Option<Outcome> {
        self.history.transactions.get(place).map(|transaction| transaction.outcome)
    }

    /// The transactions that were committed, with their places.
    pub(super) fn committed(&self) -> impl Iterator<Item = (usize, &'a Transaction)> + '_ {
        self.history.transactions.iter().enumerate().filter(|(place, _)| self.is_committed(*place))
    }

    /// What a transaction saw of others in a list: without what it appended itself at the end.
    pub(super) fn of_others<'e>(&self, reader: usize, list: u64, elements: &'e [u64]) -> &'e [u64] {
        let is_own = |element: &u64| self.append(list, *element).is_some_and(|append| append.by == reader);
        let n_own = elements.iter().rev().take_while(|element| is_own(element)).count();
        elements.get(..elements.len() - n_own).unwrap_or_default()
    }
}
