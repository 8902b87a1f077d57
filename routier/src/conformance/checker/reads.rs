//! What is wrong with a read by itself, and within its transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::anomaly::{Anomaly, Kind};
use super::facts::{Append, Facts};
use super::history::{Operation, Outcome, Transaction};

/// Looks at every read of the committed transactions.
pub(super) fn check(facts: &Facts<'_>, anomalies: &mut Vec<Anomaly>) {
    for (place, transaction) in facts.committed() {
        within(facts, place, transaction, anomalies);
        for (list, elements) in transaction.reads() {
            repeated(facts, place, (list, elements), anomalies);
            strange(facts, place, (list, elements), anomalies);
            intermediate(facts, place, (list, elements), anomalies);
        }
    }
}

/// What a transaction knows of a list.
#[derive(Default)]
struct Known {
    /// All of it, where it was read.
    whole: Option<Vec<u64>>,
    /// What was appended since, or at all.
    appended: Vec<u64>,
}

/// Each read has to give what was read of the list before, with the own appends behind it.
fn within(facts: &Facts<'_>, place: usize, transaction: &Transaction, anomalies: &mut Vec<Anomaly>) {
    let mut lists: BTreeMap<u64, Known> = BTreeMap::new();
    let mut report = |kind, what: String| {
        anomalies.push(Anomaly::new(facts.history, kind, vec![what], &[place]));
    };
    for operation in &transaction.operations {
        let (list, elements) = match operation {
            Operation::Append { list, element } => {
                lists.entry(*list).or_default().appended.push(*element);
                continue;
            }
            Operation::Read { list, elements } => (*list, elements),
        };
        let known = lists.entry(list).or_default();
        let is_future = |element: &&u64| {
            let is_own = facts.append(list, **element).is_some_and(|append| append.by == place);
            is_own
                && !known.appended.contains(element)
                && !known.whole.iter().flatten().any(|of| of == *element)
        };
        if let Some(element) = elements.iter().find(is_future) {
            report(Kind::FutureRead, format!("T{place} read {element} in list {list} before it appended it"));
        }
        let appended = std::mem::take(&mut known.appended);
        match &known.whole {
            Some(before) if [before.as_slice(), &appended].concat() != *elements => report(
                Kind::Internal,
                format!(
                    "T{place} read {before:?} in list {list}, appended {appended:?} and read {elements:?}"
                ),
            ),
            None if !elements.ends_with(&appended) => report(
                Kind::Internal,
                format!("T{place} appended {appended:?} to list {list} and read {elements:?}"),
            ),
            _ => {}
        }
        known.whole = Some(elements.clone());
    }
}

fn repeated(facts: &Facts<'_>, place: usize, (list, elements): (u64, &[u64]), anomalies: &mut Vec<Anomaly>) {
    let mut seen = BTreeSet::new();
    if let Some(twice) = elements.iter().find(|element| !seen.insert(**element)) {
        let what = format!("T{place} read {twice} twice in list {list}: {elements:?}");
        anomalies.push(Anomaly::new(facts.history, Kind::DuplicateRead, vec![what], &[place]));
    }
}

/// Elements of nobody, and of aborted transactions.
fn strange(facts: &Facts<'_>, place: usize, (list, elements): (u64, &[u64]), anomalies: &mut Vec<Anomaly>) {
    for element in elements {
        let (kind, what, by) = match facts.append(list, *element) {
            None => (Kind::GarbageRead, "which nobody appended".to_owned(), place),
            Some(Append { by, .. }) if facts.outcome(by) == Some(Outcome::Fail) => {
                (Kind::G1a, format!("of T{by}, which was aborted"), by)
            }
            Some(_) => continue,
        };
        let what = format!("T{place} read {element} in list {list}, {what}");
        anomalies.push(Anomaly::new(facts.history, kind, vec![what], &[place, by]));
    }
}

fn intermediate(
    facts: &Facts<'_>,
    place: usize,
    (list, elements): (u64, &[u64]),
    anomalies: &mut Vec<Anomaly>,
) {
    if let Some(last) = facts.of_others(place, list, elements).last()
        && let Some(Append { by, is_intermediate: true }) = facts.append(list, *last)
    {
        let what = format!("T{place} read list {list} up to {last}, behind which T{by} appended more");
        anomalies.push(Anomaly::new(facts.history, Kind::G1b, vec![what], &[place, by]));
    }
}
