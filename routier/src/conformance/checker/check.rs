//! All checks of a history.

use super::anomaly::Anomaly;
use super::facts::Facts;
use super::history::History;
use super::versions::Versions;
use super::{cycles, dependencies, reads};
use crate::Isolation;

/// What a history has in it that no store at this level shows, in real time: strong snapshot isolation, or strict
/// serializability.
///
/// Nothing means that nothing was seen: the checks are sound, and a short history has little to see.
///
/// Cost: about the size of the history; where there is a cycle, also its component for each of the component's edges.
pub fn check(history: &History, level: Isolation) -> Vec<Anomaly> {
    let mut anomalies = Vec::new();
    let facts = Facts::new(history, &mut anomalies);
    if !anomalies.is_empty() {
        // nothing that follows from it would mean anything
        return anomalies;
    }
    reads::check(&facts, &mut anomalies);
    let versions = Versions::new(&facts);
    versions.check(&facts, &mut anomalies);
    let graph = dependencies::graph(&facts, &versions);
    cycles::check(history, &graph, level, &mut anomalies);
    anomalies
}
