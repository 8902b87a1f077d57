//! Cycles among the transactions, by kind.
//!
//! Which cycles a level forbids is Adya's ("Weak Consistency: A Generalized Theory and Optimistic Implementations for
//! Distributed Transactions", 1999); that `Snapshot` forbids exactly those without two antidependencies one behind the
//! other is Cerone and Gotsman's ("Analysing Snapshot Isolation", PODC 2016); how they are looked for is Elle's.

use super::anomaly::{Anomaly, Kind};
use super::graph::{Edge, Graph, Sentence, Why};
use super::history::History;
use super::walks::Walks;
use crate::Isolation;

/// Edges, each with where it leads from, that lead back to where they began.
pub(super) type Cycle = Vec<(usize, Edge)>;

/// Reports the shortest cycle of each kind that `level` forbids.
pub(super) fn check(history: &History, graph: &Graph, level: Isolation, anomalies: &mut Vec<Anomaly>) {
    let any = |_| true;
    let writes = Walks::along(graph, |why| is_order(why) || why.is_write());
    let known = Walks::along(graph, |why| !why.is_missed());
    let apart = Walks::apart(graph);
    let single = apart.shortest(Why::is_missed, |why| !why.is_missed());
    // every cycle of one antidependency could be gone through twice
    let nonadjacent = if single.is_none() { apart.shortest(Why::is_missed, any) } else { None };
    let mut found = vec![
        (Kind::G0, writes.shortest(Why::is_write, any)),
        (Kind::G1c, known.shortest(Why::is_read, any)),
        (Kind::GSingle, single),
        (Kind::GNonadjacent, nonadjacent),
    ];
    if level == Isolation::Serializable {
        found.push((Kind::G2Item, Walks::along(graph, any).shortest_by_two(Why::is_missed)));
    }
    let found = found.into_iter().filter_map(|(kind, cycle)| Some(explained(history, kind, &cycle?)));
    anomalies.extend(found);
}

fn is_order(why: Why) -> bool {
    matches!(why, Why::Process | Why::RealTime)
}

fn explained(history: &History, kind: Kind, cycle: &Cycle) -> Anomaly {
    let explanation = cycle.iter().map(|(from, edge)| Sentence { from: *from, edge: *edge }.to_string());
    let of: Vec<usize> = cycle.iter().map(|(from, _)| *from).collect();
    Anomaly::new(history, kind, explanation.collect(), &of)
}
