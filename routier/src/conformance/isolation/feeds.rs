//! What a feed shows of the cases.

use std::collections::BTreeMap;

use super::cases;
use super::judging::{Action, State};
use super::row::Row;
use super::runner::Runner;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::levels;
use crate::{Commit, Feed, Result};

clauses! {
    "5.1" iso_feed_atomic [TOTAL]: "Beside every case a feed shows each commit whole and in its order, and nothing of what was lost or rolled back.";
}

/// What a commit does to each row: its value before, and after.
type Effect = BTreeMap<u64, (Option<i64>, Option<i64>)>;

async fn iso_feed_atomic(subject: &Subject) -> Result<()> {
    for case in cases() {
        for level in levels(&subject.store().await?) {
            let runner = Runner::new(subject, level, case.is_distinct).await?;
            runner.set_up(&State::new(), case.setup).await?;
            let mut feed = runner.store.changes().await?;
            let history = runner.run(&case.actions()).await?;
            // after it nothing may come that was before
            let last =
                runner.run(&[(1, Action::Begin), (1, Action::Put(99, 99)), (1, Action::Commit)]).await?;
            let states = || history.states.iter().chain(last.states.iter().skip(1));
            let effects = states().zip(states().skip(1)).map(|(before, after)| effect(before, after));
            for effect in effects.filter(|effect| !effect.is_empty()) {
                let shown = shown(&mut feed).await?;
                assert_eq!(shown, Some(effect), "{} at {level:?}:\n{history}", case.name);
            }
        }
    }
    Ok(())
}

async fn shown(feed: &mut Feed<Commit>) -> Result<Option<Effect>> {
    let commit = feed.next().await.transpose()?;
    Ok(commit.map(|commit| {
        let changes = commit.of::<Row>();
        let side = |row: Option<&crate::Versioned<Row>>| row.map(|row| row.value);
        changes.iter().map(|change| (change.key(), (side(change.before()), side(change.after())))).collect()
    }))
}

fn effect(before: &State, after: &State) -> Effect {
    let keys = before.keys().chain(after.keys());
    let sides = keys.map(|id| (*id, (before.get(id).copied(), after.get(id).copied())));
    sides.filter(|(_, (before, after))| before != after).collect()
}
