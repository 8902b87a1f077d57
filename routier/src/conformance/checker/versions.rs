//! The order in which each list grew, and what contradicts it.

use std::collections::{BTreeMap, BTreeSet};

use super::anomaly::{Anomaly, Kind};
use super::facts::Facts;
use super::history::{Operation, Outcome};

/// The longest that was read of each list: the elements in the order in which they were appended.
pub(super) struct Versions<'a>(BTreeMap<u64, Longest<'a>>);

struct Longest<'a> {
    elements: &'a [u64],
    /// Who read it; `None` for what was there in the end.
    by: Option<usize>,
    /// Where each element stands.
    places: BTreeMap<u64, usize>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(facts: &Facts<'a>) -> Self {
        let mut longest: BTreeMap<u64, (&'a [u64], Option<usize>)> = BTreeMap::new();
        let last =
            facts.history.last.iter().flatten().map(|(list, elements)| (*list, elements.as_slice(), None));
        let reads = facts.committed().flat_map(|(place, transaction)| {
            transaction.reads().map(move |(list, elements)| (list, elements, Some(place)))
        });
        for (list, elements, by) in last.chain(reads) {
            let known = longest.entry(list).or_insert((elements, by));
            if elements.len() > known.0.len() {
                *known = (elements, by);
            }
        }
        let longest = longest.into_iter().map(|(list, (elements, by))| {
            let places = elements.iter().enumerate().map(|(place, element)| (*element, place)).collect();
            (list, Longest { elements, by, places })
        });
        Self(longest.collect())
    }

    pub(super) fn of(&self, list: u64) -> &'a [u64] {
        self.0.get(&list).map_or(&[], |longest| longest.elements)
    }

    pub(super) fn lists(&self) -> impl Iterator<Item = (u64, &'a [u64])> + '_ {
        self.0.iter().map(|(list, longest)| (*list, longest.elements))
    }

    pub(super) fn place(&self, list: u64, element: u64) -> Option<usize> {
        self.0.get(&list)?.places.get(&element).copied()
    }

    /// Looks at what was read of the lists, and what became of them.
    pub(super) fn check(&self, facts: &Facts<'a>, anomalies: &mut Vec<Anomaly>) {
        self.incompatible(facts, anomalies);
        self.dirty(facts, anomalies);
        lost_updates(facts, anomalies);
        if let Some(last) = &facts.history.last {
            ended(facts, last, anomalies);
        }
    }

    /// What was read has to be the beginning of the longest.
    fn incompatible(&self, facts: &Facts<'a>, anomalies: &mut Vec<Anomaly>) {
        let mut check = |list: u64, elements: &[u64], by: Option<usize>| {
            let Some(longest) = self.0.get(&list) else { return };
            if longest.elements.starts_with(elements) {
                return;
            }
            let name = |by: Option<usize>| by.map_or("the last read".to_owned(), |by| format!("T{by}"));
            let what = format!(
                "{} read {elements:?} in list {list}, {} {:?}",
                name(by),
                name(longest.by),
                longest.elements
            );
            let of: Vec<usize> = by.into_iter().chain(longest.by).collect();
            anomalies.push(Anomaly::new(facts.history, Kind::IncompatibleOrder, vec![what], &of));
        };
        for (place, transaction) in facts.committed() {
            transaction.reads().for_each(|(list, elements)| check(list, elements, Some(place)));
        }
        for (list, elements) in facts.history.last.iter().flatten() {
            check(*list, elements, None);
        }
    }

    /// What is committed must not stand on what was aborted.
    fn dirty(&self, facts: &Facts<'a>, anomalies: &mut Vec<Anomaly>) {
        for (list, elements) in self.lists() {
            let mut aborted: Option<(u64, usize)> = None;
            for element in elements {
                let Some(append) = facts.append(list, *element) else { continue };
                if facts.outcome(append.by) == Some(Outcome::Fail) {
                    aborted = Some((*element, append.by));
                } else if let Some((before, by)) = aborted.take() {
                    let what = format!(
                        "in list {list} {element} of T{} stands behind {before} of T{by}, which was aborted",
                        append.by
                    );
                    let of = [by, append.by];
                    anomalies.push(Anomaly::new(facts.history, Kind::DirtyUpdate, vec![what], &of));
                }
            }
        }
    }
}

/// Of transactions that read the same state of a list, before they did anything else to it, one may append.
fn lost_updates(facts: &Facts<'_>, anomalies: &mut Vec<Anomaly>) {
    let mut updates: BTreeMap<(u64, &[u64]), Vec<usize>> = BTreeMap::new();
    for (place, transaction) in facts.committed() {
        let mut first: BTreeMap<u64, Option<&[u64]>> = BTreeMap::new();
        let mut noted = BTreeSet::new();
        for operation in &transaction.operations {
            match operation {
                Operation::Read { list, elements } => {
                    first.entry(*list).or_insert(Some(elements));
                }
                Operation::Append { list, .. } => {
                    if let Some(state) = *first.entry(*list).or_insert(None)
                        && noted.insert(*list)
                    {
                        updates.entry((*list, state)).or_default().push(place);
                    }
                }
            }
        }
    }
    for ((list, state), of) in updates.iter().filter(|(_, of)| of.len() > 1) {
        let names: Vec<String> = of.iter().map(|place| format!("T{place}")).collect();
        let what = format!("{} each read {state:?} in list {list} and appended to it", names.join(", "));
        anomalies.push(Anomaly::new(facts.history, Kind::LostUpdate, vec![what], of));
    }
}

/// In the end all that was committed has to be there, and nothing that was aborted.
fn ended(facts: &Facts<'_>, last: &BTreeMap<u64, Vec<u64>>, anomalies: &mut Vec<Anomaly>) {
    let there: BTreeSet<(u64, u64)> =
        last.iter().flat_map(|(list, elements)| elements.iter().map(|element| (*list, *element))).collect();
    for (place, transaction) in facts.history.transactions.iter().enumerate() {
        for (list, element) in transaction.appends() {
            let is_there = there.contains(&(list, element));
            let (kind, what) = match transaction.outcome {
                Outcome::Ok if !is_there => (Kind::LostAppend, "which was committed, is not there"),
                Outcome::Fail if is_there => (Kind::ResurrectedAppend, "which was aborted, is there"),
                _ => continue,
            };
            let what = format!("in the end {element} of T{place} in list {list}, {what}");
            anomalies.push(Anomaly::new(facts.history, kind, vec![what], &[place]));
        }
    }
}
