//! Whether a history may be so: held against every order of its transactions, one after the other.
//!
//! There are so few transactions that all orders can be tried, which makes this complete: what it lets through can be
//! explained, and what it refuses cannot.

use std::collections::BTreeSet;

use super::action::{Action, Answer};
use super::history::{Fate, History, Past, State};
use super::model::Model;
use crate::Isolation;

/// Refuses what this isolation does not let through.
pub(crate) fn keeps(history: &History, level: Isolation) -> Result<(), String> {
    match level {
        Isolation::Serializable => serializable(history),
        _ => snapshot(history),
    }
}

/// Refuses what no order of the committed transactions explains: what each was answered, and what was there at the end. One
/// that was committed before another began comes before it.
pub(crate) fn serializable(history: &History) -> Result<(), String> {
    pinned(history)?;
    whole(history)?;
    let committed: Vec<&Past> = history.committed().into_iter().map(|(_, past)| past).collect();
    if in_some_order(history, &committed, history.state(0)) {
        return Ok(());
    }
    Err("no order of one transaction after the other gives what was seen".to_owned())
}

/// Refuses what snapshot isolation does not let through: of two that wrote a row and were open at once, one alone is
/// committed. A row that was not there at the begin of the second, and is not there when it commits, is in nobody's way:
/// nothing that was written is lost under it.
pub(crate) fn snapshot(history: &History) -> Result<(), String> {
    pinned(history)?;
    whole(history)?;
    let committed = history.committed();
    for (place, (number, first)) in committed.iter().enumerate() {
        for (last, second) in committed.iter().skip(place + 1) {
            let was_open = second.begun < *number;
            let (begin, end) = (history.state(second.begun), history.state(last - 1));
            let mut both = left(history, first)?;
            both.retain(|id| begin.contains_key(id) || end.contains_key(id));
            if was_open && !both.is_disjoint(&left(history, second)?) {
                return Err(format!(
                    "T{} and T{} wrote a row, were open at once, and are both committed",
                    first.session, second.session
                ));
            }
        }
    }
    Ok(())
}

/// The keys that a transaction has left a mark on: the removal of a row that is not there leaves none.
fn left(history: &History, past: &Past) -> Result<BTreeSet<u64>, String> {
    let mut written = replayed(history, past)?.written();
    if let Fate::Committed(number) = past.fate {
        let (before, after) = (history.state(number - 1), history.state(number));
        written.retain(|id| before.contains_key(id) || after.contains_key(id));
    }
    Ok(written)
}

/// Refuses a transaction, whatever became of it, that did not read the state of its begin with its own writes.
fn pinned(history: &History) -> Result<(), String> {
    history.transactions.iter().try_for_each(|past| replayed(history, past).map(drop))
}

/// Refuses commits that are not there whole, or not alone, and states whose distinct values are not distinct.
fn whole(history: &History) -> Result<(), String> {
    for (number, past) in history.committed() {
        let own = replayed(history, past)?;
        let mut expected = history.state(number - 1);
        for id in own.written() {
            match own.rows.get(&id) {
                Some(value) => expected.insert(id, *value),
                None => expected.remove(&id),
            };
        }
        let state = history.state(number);
        if state != expected {
            return Err(format!("T{} was committed, and there is {state:?}, not {expected:?}", past.session));
        }
        if !Model::new(state.clone(), history.is_distinct).is_whole() {
            return Err(format!("after T{} two rows have one distinct value: {state:?}", past.session));
        }
    }
    Ok(())
}

/// What a transaction makes of the state of its begin.
///
/// # Errors
///
/// Where it was answered otherwise.
pub(crate) fn replayed(history: &History, past: &Past) -> Result<Model, String> {
    let mut model = Model::new(history.state(past.begun), history.is_distinct);
    match differs(&mut model, past) {
        None => Ok(model),
        Some((action, right)) => Err(format!(
            "T{} began after {} commits: {action:?} = {right} is right",
            past.session, past.begun
        )),
    }
}

/// The first statement that was answered otherwise, and what is right.
fn differs(model: &mut Model, past: &Past) -> Option<(Action, Answer)> {
    past.statements.iter().find_map(|(action, answer)| {
        let right = model.carry_out(*action);
        (!agrees(*action, &right, answer)).then_some((*action, right))
    })
}

/// Whether an answer is right. While two rows of a transaction's own have one distinct value, either is its holder.
fn agrees(action: Action, right: &Answer, answer: &Answer) -> bool {
    match (action, right, answer) {
        (Action::Holder(_), Answer::Rows(holders), Answer::Rows(found)) => {
            found.len() == holders.len().min(1) && found.iter().all(|row| holders.contains(row))
        }
        _ => right == answer,
    }
}

/// Whether there is an order of these transactions, from this state on, that gives what was seen.
fn in_some_order(history: &History, left: &[&Past], state: State) -> bool {
    if left.is_empty() {
        return state == history.last();
    }
    left.iter().enumerate().any(|(place, next)| {
        let others: Vec<&Past> =
            left.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, past)| *past).collect();
        let mut model = Model::new(state.clone(), history.is_distinct);
        !others.iter().any(|other| is_before(other, next))
            && differs(&mut model, next).is_none()
            && model.is_whole()
            && in_some_order(history, &others, model.rows)
    })
}

/// Whether one was committed before the other began.
fn is_before(one: &Past, other: &Past) -> bool {
    matches!(one.fate, Fate::Committed(number) if number <= other.begun)
}
