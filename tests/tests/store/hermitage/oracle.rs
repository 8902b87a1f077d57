//! Whether what transactions gave is what they would have given in some order, one after the other.

use std::collections::BTreeMap;

use super::script::{Action, Predicate, Rows, Step, text};

/// Every order of the steps that keeps each session's own.
pub(super) fn interleavings(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut sessions: BTreeMap<u8, Vec<Step>> = BTreeMap::new();
    for step in steps {
        sessions.entry(step.session).or_default().push(step.clone());
    }
    let sessions: Vec<Vec<Step>> = sessions.into_values().collect();
    let mut all = Vec::new();
    extend(&sessions, &mut vec![0; sessions.len()], &mut Vec::new(), &mut all);
    // some have thousands: an even choice of them
    let every = all.len().div_ceil(100);
    all.into_iter().step_by(every).collect()
}

fn extend(sessions: &[Vec<Step>], next: &mut [usize], taken: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
    let mut is_end = true;
    for session in 0..sessions.len() {
        let Some(step) = sessions[session].get(next[session]) else { continue };
        is_end = false;
        next[session] += 1;
        taken.push(step.clone());
        extend(sessions, next, taken, all);
        taken.pop();
        next[session] -= 1;
    }
    if is_end {
        all.push(taken.clone());
    }
}

/// What a transaction did, and when.
struct Done<'a> {
    steps: Vec<&'a (Step, String)>,
    began: usize,
    ended: usize,
}

/// Whether some order of the transactions that committed gives what their steps gave and these rows in the end: an
/// order in which one that had ended before another began stands before it.
pub(super) fn explains(unique: bool, setup: &Rows, log: &[(Step, String)], last: &Rows) -> bool {
    let mut sessions: BTreeMap<u8, Done<'_>> = BTreeMap::new();
    for (place, entry) in log.iter().enumerate() {
        let empty = || Done { steps: Vec::new(), began: place, ended: usize::MAX };
        let session = sessions.entry(entry.0.session).or_insert_with(empty);
        session.steps.push(entry);
        if matches!(entry.0.action, Action::Commit | Action::Abort) {
            session.ended = place;
        }
    }
    let committed = |done: &Done<'_>| {
        done.steps.iter().any(|(step, outcome)| matches!(step.action, Action::Commit) && outcome == "ok")
    };
    let committed: Vec<Done<'_>> = sessions.into_values().filter(committed).collect();
    some_order(unique, setup.clone(), committed.iter().collect(), last)
}

fn some_order(unique: bool, state: Rows, left: Vec<&Done<'_>>, last: &Rows) -> bool {
    if left.is_empty() {
        return state == *last;
    }
    (0..left.len()).any(|first| {
        let mut others = left.clone();
        let done = others.remove(first);
        if others.iter().any(|other| other.ended < done.began) {
            return false;
        }
        let mut state = state.clone();
        done.steps.iter().all(|(step, outcome)| give(unique, &mut state, &step.action) == *outcome)
            && some_order(unique, state, others, last)
    })
}

/// What an action gives where nobody else is.
fn give(unique: bool, rows: &mut Rows, action: &Action) -> String {
    let ok = || "ok".to_owned();
    match action {
        Action::Begin | Action::Commit | Action::Abort => ok(),
        Action::Get(id) => rows.get(id).map_or("-".to_owned(), i64::to_string),
        Action::Query(predicate) => text(&chosen(rows, predicate)),
        Action::Up(id, value) => match rows.get_mut(id) {
            Some(old) => {
                *old = *value;
                ok()
            }
            None => "gone".to_owned(),
        },
        Action::Put(id, value) => {
            rows.insert(*id, *value);
            ok()
        }
        Action::UpAll(predicate, change) => {
            for (id, value) in chosen(rows, predicate) {
                rows.insert(id, change.of(value));
            }
            ok()
        }
        Action::Remove(id) => {
            rows.remove(id);
            ok()
        }
        Action::RemoveAll(predicate) => {
            for id in chosen(rows, predicate).keys() {
                rows.remove(id);
            }
            ok()
        }
        Action::Insert(id, value) => {
            if rows.contains_key(id) || unique && rows.values().any(|other| other == value) {
                return "taken".to_owned();
            }
            rows.insert(*id, *value);
            ok()
        }
    }
}

fn chosen(rows: &Rows, predicate: &Predicate) -> Rows {
    rows.iter()
        .filter(|(id, value)| predicate.holds(**id, **value))
        .map(|(id, value)| (*id, *value))
        .collect()
}
