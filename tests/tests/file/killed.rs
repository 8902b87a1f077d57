//! A process that commits is killed, again and again: what it said that it had committed is there.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use routier::{FileStorage, Result, Store};
use routier_tests::dice::Dice;

use crate::scene::Directory;
use crate::work::{commit, state, state_after};

/// Says to the child where its store is.
const CHILD: &str = "ROUTIER_TEST_CHILD";

async fn open(directory: &std::path::Path) -> Result<Store> {
    let storage = FileStorage::builder(directory).compact_after(4_000).open().await?;
    Store::builder().retain(10).storage(storage).await
}

/// What the child does: it commits, and says so. Without its variable it is a test that passes.
#[tokio::test]
async fn child() -> Result<()> {
    let Some(directory) = std::env::var_os(CHILD) else { return Ok(()) };
    let store = open(directory.as_ref()).await?;
    let mut done = state(&store).await?.0.get("commits").copied().unwrap_or(0);
    loop {
        done += 1;
        commit(&store, done).await?;
        let mut said = std::io::stdout().lock();
        writeln!(said, "committed {done}").and_then(|()| said.flush()).expect("the parent reads");
    }
}

/// `ROUTIER_ROUNDS=200` kills more of them.
#[tokio::test]
async fn what_a_killed_process_committed_is_there() -> Result<()> {
    let rounds = std::env::var("ROUTIER_ROUNDS").map_or(10, |rounds| rounds.parse().expect("a number"));
    let seed = std::env::var("ROUTIER_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    eprintln!("ROUTIER_SEED={seed}");
    let (mut dice, directory, mut acknowledged) = (Dice::new(seed), Directory::new("killed"), 0);
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed::child", "--nocapture"])
            .env(CHILD, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let mut lines = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
        let wanted = acknowledged + 1 + dice.below(20) as u32;
        let mut take = |line: std::io::Result<String>| {
            let line = line.expect("text");
            if let Some(number) = line.rsplit_once("committed ").and_then(|(_, number)| number.parse().ok()) {
                acknowledged = number;
            }
            acknowledged
        };
        let killed_at = lines.by_ref().map(&mut take).find(|done| *done >= wanted);
        assert!(killed_at.is_some(), "round {round}: the child ended by itself");
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        // what it still said before it was killed
        lines.map(take).last();
        let store = open(directory.path()).await?;
        let found = state(&store).await?;
        let commits = found.0.get("commits").copied().unwrap_or(0);
        assert!(
            (acknowledged..=acknowledged + 1).contains(&commits),
            "round {round}: {acknowledged}, {commits}"
        );
        assert_eq!(found, state_after(commits), "round {round}");
        acknowledged = commits;
        store.close().await?;
    }
    Ok(())
}
