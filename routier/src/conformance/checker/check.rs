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
///
/// ```
/// use routier::Isolation;
/// use routier::conformance::checker::{History, Kind, Operation, Outcome, Transaction, check};
///
/// let transaction = |process, invoked, completed, reads, appends| Transaction {
///     process,
///     invoked,
///     completed,
///     outcome: Outcome::Ok,
///     operations: vec![
///         Operation::Read { list: reads, elements: Vec::new() },
///         Operation::Append { list: appends, element: process },
///     ],
/// };
/// // two at a time: each found a list empty to which the other was about to append
/// let transactions = vec![transaction(1, 0, 2, 7, 8), transaction(2, 1, 3, 8, 7)];
/// let history = History { transactions, last: None };
///
/// assert!(check(&history, Isolation::Snapshot).is_empty());
/// let anomalies = check(&history, Isolation::Serializable);
/// assert_eq!(anomalies[0].kind(), Kind::G2Item);
/// println!("{}", anomalies[0]);
/// ```
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
