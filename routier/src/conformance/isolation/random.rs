//! Random transactions of a few statements, in random order.

use std::collections::VecDeque;
use std::ops::Range;

use super::judging::{Action, Demand, Fate, Pair, State, Where, lively, oracle};
use super::runner::Runner;
use crate::conformance::Subject;
use crate::conformance::tools::levels;
use crate::{Isolation, Result};

/// What became of the transactions of [`interleavings()`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interleavings {
    /// How many were committed, or rolled back of their own accord.
    pub ended: u64,
    /// How many were refused.
    pub lost: u64,
}

/// Takes two or three transactions of a few random statements by hand, in a random order, at every isolation that the subject
/// has, and holds what was seen against all orders of one after the other; and whoever was refused, against who was in
/// its way. A seed gives the same transactions in the same order at each run.
///
/// # Errors
///
/// The seed, what is wrong, and the steps with what was seen; or what the storage reports.
pub async fn interleavings(
    subject: &Subject,
    seeds: Range<u64>,
) -> std::result::Result<Interleavings, String> {
    let store = subject.store().await.map_err(|error| error.to_string())?;
    let mut found = Interleavings::default();
    for level in levels(&store) {
        for is_distinct in [false, true] {
            let runner = Runner::new(subject, level, is_distinct).await.map_err(|error| error.to_string())?;
            let mut there = State::new();
            for seed in seeds.clone() {
                let said =
                    |wrong: &str| format!("seed {seed} at {level:?}, distinct: {is_distinct}: {wrong}");
                let run = one(&runner, level, seed, &mut there, &mut found).await;
                run.map_err(|error| said(&error.to_string()))?.map_err(|wrong| said(&wrong))?;
            }
        }
    }
    Ok(found)
}

const SETUP: &[Pair] = &[(1, 10), (2, 20)];

async fn one(
    runner: &Runner,
    level: Isolation,
    seed: u64,
    there: &mut State,
    found: &mut Interleavings,
) -> Result<std::result::Result<(), String>> {
    runner.set_up(there, SETUP).await?;
    let history = runner.run(&Draw(seed).steps()).await?;
    *there = history.last();
    let is_lost = |fate: &Fate| matches!(fate, Fate::Lost { .. });
    let lost = history.transactions.iter().filter(|past| is_lost(&past.fate)).count() as u64;
    found.lost += lost;
    found.ended += history.transactions.len() as u64 - lost;
    let is_resident = runner.store.capabilities().resident;
    let verdict =
        oracle::keeps(&history, level).and_then(|()| lively(&history, Demand { level, is_resident }));
    Ok(verdict.map_err(|wrong| format!("{wrong}\n{history}")))
}

/// Random numbers: splitmix64, by Steele, Lea and Flood (2014).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % n
    }

    /// Two or three sessions of up to four statements, merged.
    fn steps(&mut self) -> Vec<(u8, Action)> {
        let n_sessions = 2 + u8::from(self.below(2) == 0);
        let mut lists: Vec<(u8, VecDeque<Action>)> =
            (1..=n_sessions).map(|session| (session, self.session())).collect();
        let mut steps = Vec::new();
        while !lists.is_empty() {
            let next = self.below(lists.len() as u64);
            let Some((session, list)) = lists.get_mut(usize::try_from(next).unwrap_or(0)) else { break };
            steps.extend(list.pop_front().map(|action| (*session, action)));
            lists.retain(|(_, list)| !list.is_empty());
        }
        steps
    }

    fn session(&mut self) -> VecDeque<Action> {
        let mut actions = VecDeque::from([Action::Begin]);
        for _ in 0..=self.below(4) {
            let statement = self.statement();
            actions.push_back(statement);
        }
        actions.push_back(if self.below(12) == 0 { Action::Rollback } else { Action::Commit });
        actions
    }

    fn statement(&mut self) -> Action {
        let id = 1 + self.below(4);
        let value = 10 * (1 + i64::try_from(self.below(4)).unwrap_or(0));
        let passing = match self.below(5) {
            0 => Where::All,
            1 => Where::Is(value),
            2 => Where::From(value),
            3 => Where::Keys(&[1, 3]),
            _ => Where::Multiple(20),
        };
        match self.below(13) {
            0 => Action::Get(id),
            1 => Action::Holder(value),
            2 => Action::Find(passing),
            3 => Action::Count(passing),
            4 => Action::Top(1 + self.below(2)),
            5 | 6 => Action::Set(id, value),
            7 => Action::Put(id, value),
            8 | 9 => Action::Insert(id, value),
            10 => Action::Remove(id),
            11 => Action::Add(passing, 10),
            _ => Action::RemoveAll(passing),
        }
    }
}
