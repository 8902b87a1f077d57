//! A process that commits is killed, again and again: what it said that it had committed is there. In files, and in SQLite.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use routier::{FileStorage, Result, SqliteStorage, Store};
use routier_tests::dice::Dice;

use crate::scene::Directory;
use crate::work::{commit, state, state_after};

/// Says to the child where its store is.
const CHILD: &str = "ROUTIER_TEST_CHILD";
/// What a database is called. Without it the directory is a store of files.
const DATABASE: &str = "app.db";

async fn open(path: &Path) -> Result<Store> {
    let builder = Store::builder().retain(10);
    if path.ends_with(DATABASE) {
        return builder.storage(SqliteStorage::at(path).await?).await;
    }
    builder.storage(FileStorage::builder(path).compact_after(4_000).open().await?).await
}

/// What the child does: it commits, and says so. Without its variable it is a test that passes.
#[tokio::test]
async fn child() -> Result<()> {
    let Some(path) = std::env::var_os(CHILD) else { return Ok(()) };
    let store = open(path.as_ref()).await?;
    let mut done = state(&store).await?.0.get("commits").copied().unwrap_or(0);
    loop {
        done += 1;
        commit(&store, done).await?;
        let mut said = std::io::stdout().lock();
        writeln!(said, "committed {done}").and_then(|()| said.flush()).expect("the parent reads");
    }
}

#[tokio::test]
async fn what_a_killed_process_committed_to_files_is_there() -> Result<()> {
    let directory = Directory::new("killed");
    kill_and_look(directory.path()).await
}

#[tokio::test]
async fn what_a_killed_process_committed_to_a_database_is_there() -> Result<()> {
    let directory = Directory::new("killed-database");
    std::fs::create_dir_all(directory.path()).expect("it is for this test");
    kill_and_look(&directory.path().join(DATABASE)).await
}

/// `ROUTIER_ROUNDS=200` kills more of them.
async fn kill_and_look(path: &Path) -> Result<()> {
    let rounds = std::env::var("ROUTIER_ROUNDS").map_or(10, |rounds| rounds.parse().expect("a number"));
    let seed = std::env::var("ROUTIER_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    eprintln!("ROUTIER_SEED={seed}");
    let (mut dice, mut acknowledged) = (Dice::new(seed), 0);
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed::child", "--nocapture"])
            .env(CHILD, path)
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
        let store = open(path).await?;
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
