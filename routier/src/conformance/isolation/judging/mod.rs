//! What may come of the steps of a few transactions: the form of the tables, and the judges of what was seen.
//!
//! It knows nothing of a store, and is compiled into the library's own tests as well: there it is shown histories that are
//! wrong.

mod action;
mod case;
mod history;
mod liveness;
mod model;
pub(crate) mod oracle;
mod schedule;
mod verdict;

#[cfg(test)]
mod tests;

pub(crate) use self::action::{Action, Answer, Pair, Where};
pub(crate) use self::case::{
    Case, End, Levels, Loss, PLAIN, all_commit, at_each, counts, loses, on, refused, sees,
};
pub(crate) use self::history::{Fate, History, Past, State};
pub(crate) use self::liveness::{Demand, lively};
pub(crate) use self::schedule::merges;
pub(crate) use self::verdict::judged;
