//! The machine stops at each operation: whatever was acknowledged is there, whole, and nothing else.

use routier::Result;
use routier_tests::simfs::{Fault, SimFs, What};

use crate::scene::Game;
use crate::work::{Acknowledged, COMMITS, commit, live, open, state, state_after};

/// So many disks are looked at for each operation at which the machine stops.
const SEEDS: u64 = 3;

/// What was found: the acknowledged commits, and perhaps the one that was under way.
pub(crate) async fn check(fs: &SimFs, acknowledged: Acknowledged, context: &str) -> Result<()> {
    let store = open(fs).await?;
    let found = state(&store).await?;
    let commits = found.0.get("commits").copied().unwrap_or(0);
    assert_eq!(found, state_after(commits), "{context}: a commit is half there");
    assert!(
        (acknowledged.commits..=acknowledged.commits + 1).contains(&commits),
        "{context}: {} commits were acknowledged and {commits} are there",
        acknowledged.commits
    );
    let mut feed = match acknowledged.token {
        Some(token) => Some(store.changes_after(token).await?),
        None => None,
    };
    let mut next = acknowledged.commits + 1;
    for number in commits + 1..=commits + 3 {
        commit(&store, number).await?;
        while let Some(feed) = feed.as_mut().filter(|_| next <= number) {
            let given = feed.next().await.expect("the feed goes on")?;
            assert_eq!(number_of(&given), Some(next), "{context}: a gap or a repetition in the feed");
            next += 1;
        }
    }
    store.close().await?;
    let store = open(fs).await?;
    assert_eq!(state(&store).await?, state_after(commits + 3), "{context}: opened once more");
    store.close().await
}

fn number_of(commit: &routier::Commit) -> Option<u32> {
    let change = commit.of::<Game>().into_iter().find(|change| change.key() == "commits")?;
    change.after().map(|row| row.plays)
}

/// A life in which something goes wrong at an operation.
pub(crate) async fn live_with(what: What, at: u64) -> (SimFs, Acknowledged) {
    let fs = SimFs::default();
    fs.plan(Some(Fault { at, what }));
    let (acknowledged, _) = live(&fs).await;
    fs.stop();
    (fs, acknowledged)
}

/// How many operations a life takes.
pub(crate) async fn operations() -> u64 {
    let fs = SimFs::default();
    let (acknowledged, outcome) = live(&fs).await;
    outcome.expect("nothing goes wrong");
    assert_eq!(acknowledged.commits, COMMITS);
    fs.n_ops()
}

#[tokio::test]
async fn whatever_was_acknowledged_is_there_after_a_crash() -> Result<()> {
    let n_operations = operations().await;
    assert!(n_operations > 200, "{n_operations}");
    let mut n_disks = 0;
    for at in 1..=n_operations {
        let (fs, acknowledged) = live_with(What::Crash, at).await;
        for seed in 0..SEEDS {
            let context = format!("stopped at operation {at}, disk {seed}");
            check(&fs.after_crash(seed), acknowledged, &context).await?;
            n_disks += 1;
        }
    }
    eprintln!("{n_operations} operations, {n_disks} disks");
    Ok(())
}

#[tokio::test]
async fn a_crash_while_it_recovers_loses_nothing_either() -> Result<()> {
    let n_operations = operations().await;
    for at in (1..=n_operations).step_by(7) {
        let (fs, acknowledged) = live_with(What::Crash, at).await;
        let first = fs.after_crash(at);
        for again in 1.. {
            let second = first.after_crash(0);
            second.plan(Some(Fault { at: again, what: What::Crash }));
            let opened = match open(&second).await {
                Ok(store) => state(&store).await.is_ok(),
                Err(_) => false,
            };
            second.stop();
            let context = format!("stopped at operation {at}, and at operation {again} of opening");
            check(&second.after_crash(again), acknowledged, &context).await?;
            if opened {
                break;
            }
        }
    }
    Ok(())
}
