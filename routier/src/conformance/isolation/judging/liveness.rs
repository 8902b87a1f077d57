//! Whether a transaction was lost for a reason: section 4.2.

use std::collections::BTreeSet;

use super::history::{Fate, History, Past};
use super::model::{Look, Model};
use super::oracle::replayed;
use crate::{ErrorKind, Isolation};

/// What is asked of a storage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand {
    pub(crate) level: Isolation,
    /// Whether transactions must pass each other whose rows are different ones.
    pub(crate) is_resident: bool,
}

/// Refuses the loss of a transaction that nobody was in the way of. So of those that are in each other's way the first is
/// carried out.
pub(crate) fn lively(history: &History, demand: Demand) -> Result<(), String> {
    history.transactions.iter().try_for_each(|past| {
        let Fate::Lost { kind, is_retryable, after } = past.fate else { return Ok(()) };
        let own = replayed(history, past)?;
        if kind == ErrorKind::Duplicate && !is_retryable {
            return if own.is_whole() {
                Err(said(past, "is told of a duplicate of its own"))
            } else {
                Ok(())
            };
        }
        if !is_retryable || !matches!(kind, ErrorKind::Conflict | ErrorKind::Duplicate) {
            return Err(said(past, &format!("is refused by {kind:?}, retryable: {is_retryable}")));
        }
        if own.touched.is_empty() {
            return Err(said(past, "has written nothing, and is lost"));
        }
        let others = history.committed();
        let mut since = others.iter().filter(|(number, _)| (past.begun + 1..=after).contains(number));
        let is_met = since.try_fold(false, |is_met, (number, other)| {
            Ok::<bool, String>(is_met || meets(history, &own, *number, other, demand)?)
        })?;
        if is_met { Ok(()) } else { Err(said(past, "is lost, and nobody was in its way")) }
    })
}

/// Whether a commit since its begin is a reason to refuse a transaction.
fn meets(
    history: &History,
    own: &Model,
    number: usize,
    other: &Past,
    demand: Demand,
) -> Result<bool, String> {
    let theirs = replayed(history, other)?.written();
    if !demand.is_resident {
        return Ok(!theirs.is_empty());
    }
    let (before, after) = (history.state(number - 1), history.state(number));
    let is_read = |look: &Look| match look {
        Look::Key(id) => theirs.contains(id),
        Look::Rows(passing) => theirs.iter().any(|id| {
            let images = [before.get(id), after.get(id)];
            images.into_iter().flatten().any(|value| passing.passes((*id, *value)))
        }),
    };
    let is_written = !theirs.is_disjoint(&own.touched);
    let is_read = demand.level == Isolation::Serializable && own.looks.iter().any(is_read);
    Ok(is_written || is_read || shares_a_value(history, own, number))
}

/// Whether its writes over the state of a commit would give a distinct value twice.
fn shares_a_value(history: &History, own: &Model, number: usize) -> bool {
    let mut rows = history.state(number);
    let written: BTreeSet<u64> = own.written();
    rows.retain(|id, _| !written.contains(id));
    rows.extend(own.rows.iter().filter(|(id, _)| written.contains(id)).map(|(id, value)| (*id, *value)));
    !Model::new(rows, history.is_distinct).is_whole()
}

fn said(past: &Past, what: &str) -> String {
    format!("T{} {what}", past.session)
}
