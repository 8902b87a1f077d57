//! Which transaction must come before which, by what they saw and by when they ran.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::graph::{Graph, Why};
use super::history::Outcome;
use super::versions::Versions;

/// All edges between committed transactions.
pub(super) fn graph(facts: &Facts<'_>, versions: &Versions<'_>) -> Graph {
    let mut graph = Graph::new(facts.history.transactions.len());
    let unseen = unseen(facts, versions);
    written(facts, versions, &unseen, &mut graph);
    read(facts, versions, &unseen, &mut graph);
    in_process(facts, &mut graph);
    in_time(facts, &mut graph);
    graph
}

/// Committed appends that nobody read, by list: they come behind all that was read.
type Unseen = BTreeMap<u64, Vec<(u64, usize)>>;

fn unseen(facts: &Facts<'_>, versions: &Versions<'_>) -> Unseen {
    let mut unseen = Unseen::new();
    for (place, transaction) in facts.committed() {
        for (list, element) in transaction.appends() {
            if versions.place(list, element).is_none() {
                unseen.entry(list).or_default().push((element, place));
            }
        }
    }
    unseen
}

/// From the appender of each element to that of the next (ww).
fn written(facts: &Facts<'_>, versions: &Versions<'_>, unseen: &Unseen, graph: &mut Graph) {
    let by = |list: u64, element: u64| {
        facts.append(list, element).map(|append| append.by).filter(|by| facts.is_committed(*by))
    };
    for (list, elements) in versions.lists() {
        for pair in elements.windows(2) {
            if let [element, next] = *pair
                && let (Some(from), Some(to)) = (by(list, element), by(list, next))
            {
                graph.add(from, to, Why::Overwritten { list, element, next });
            }
        }
        let Some(&element) = elements.last() else { continue };
        let Some(from) = by(list, element) else { continue };
        for &(next, to) in unseen.get(&list).into_iter().flatten() {
            graph.add(from, to, Why::Unseen { list, element, next });
        }
    }
}

/// To each reader from the appender of what it read last (wr), and from it to the appender of what it missed first (rw).
fn read(facts: &Facts<'_>, versions: &Versions<'_>, unseen: &Unseen, graph: &mut Graph) {
    for (reader, transaction) in facts.committed() {
        let mut known = BTreeSet::new();
        for (list, elements) in transaction.reads() {
            let state = facts.of_others(reader, list, elements);
            // the same state once more says nothing new
            if !known.insert((list, state)) {
                continue;
            }
            let last = state.last().and_then(|element| Some((*element, facts.append(list, *element)?.by)));
            if let Some((element, writer)) = last.filter(|(_, writer)| facts.is_committed(*writer)) {
                graph.add(writer, reader, Why::Read { list, element });
            }
            let end = match state.last() {
                None => 0,
                // what stands in no order has been reported
                Some(element) => versions.place(list, *element).map_or(usize::MAX, |place| place + 1),
            };
            let next = versions.of(list).get(end).copied();
            match next.and_then(|element| Some((element, facts.append(list, element)?.by))) {
                Some((element, writer)) if facts.is_committed(writer) => {
                    graph.add(reader, writer, Why::Missed { list, element });
                }
                None if end == versions.of(list).len() => {
                    for &(element, writer) in unseen.get(&list).into_iter().flatten() {
                        graph.add(reader, writer, Why::Missed { list, element });
                    }
                }
                _ => {}
            }
        }
    }
}

/// From each transaction to the next of its process. One of which nobody knows when it took effect comes before none.
fn in_process(facts: &Facts<'_>, graph: &mut Graph) {
    let mut places: Vec<usize> = facts.committed().map(|(place, _)| place).collect();
    let invoked = |place: &usize| facts.history.transactions.get(*place).map(|of| of.invoked);
    places.sort_by_key(invoked);
    let mut last: BTreeMap<u64, usize> = BTreeMap::new();
    for place in places {
        let Some(transaction) = facts.history.transactions.get(place) else { continue };
        if let Some(before) = last.get(&transaction.process) {
            graph.add(*before, place, Why::Process);
        }
        if transaction.outcome == Outcome::Ok {
            last.insert(transaction.process, place);
        }
    }
}

/// From each transaction to those that began when it had ended, without what follows from other such edges.
///
/// The frontier holds the transactions that have ended, and none of which another one in it had ended when it began: who
/// begins comes after all of them, and so after all that ended before.
fn in_time(facts: &Facts<'_>, graph: &mut Graph) {
    // by time: who began, or ended
    let mut events: BTreeMap<u64, (usize, bool)> = BTreeMap::new();
    for (place, transaction) in facts.committed() {
        events.insert(transaction.invoked, (place, false));
        if transaction.outcome == Outcome::Ok {
            events.insert(transaction.completed, (place, true));
        }
    }
    let mut frontier: BTreeSet<usize> = BTreeSet::new();
    let mut before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, has_ended) in events.into_values() {
        if has_ended {
            for passed in before.remove(&place).unwrap_or_default() {
                frontier.remove(&passed);
            }
            frontier.insert(place);
        } else {
            frontier.iter().for_each(|ended| graph.add(*ended, place, Why::RealTime));
            before.insert(place, frontier.iter().copied().collect());
        }
    }
}
