//! A process that commits is killed, again and again: what it said that it had committed is there. In files, and in SQLite.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use routier::{FileStorage, Result, SqliteStorage, Store};
use routier_tests::dice::Dice;

use crate::scene::{Directory, Game, game};
use crate::work::{commit, state, state_after};

/// Says to the child where its store is.
const CHILD: &str = "ROUTIER_TEST_CHILD";
/// What a database is called. Without it the directory is a store of files.
const DATABASE: &str = "app.db";

async fn open(path: &Path) -> Result<Store> {
    if path.ends_with(DATABASE) {
        return Store::builder().storage(SqliteStorage::at(path).await?).await;
    }
    Store::builder().retain(10).storage(FileStorage::builder(path).compact_after(4_000).open().await?).await
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

#[tokio::test]
async fn a_feed_shows_what_another_process_commits_to_a_database() -> Result<()> {
    let directory = Directory::new("two-processes");
    std::fs::create_dir_all(directory.path()).expect("it is for this test");
    let path = directory.path().join(DATABASE);
    let store = open(&path).await?;
    let games = store.collection::<Game>().await?;
    let mut feed = games.changes().await?;
    let mut child = child_at(&path);
    let mut seen = Vec::new();
    while seen.len() < 5 {
        let change = feed.next().await.expect("the feed goes on").expect("it lost nothing");
        if change.key() == "commits" {
            seen.push(change.after().map(|game| game.plays));
        }
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_eq!(seen, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    // and what this one commits follows on what the other did
    games.upsert(game("commits", 0)).await?;
    store.close().await
}

/// A process that commits until it is killed.
fn child_at(path: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed::child", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// `ROUTIER_ROUNDS=200` kills more of them.
async fn kill_and_look(path: &Path) -> Result<()> {
    let rounds = std::env::var("ROUTIER_ROUNDS").map_or(10, |rounds| rounds.parse().expect("a number"));
    let seed = std::env::var("ROUTIER_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    eprintln!("ROUTIER_SEED={seed}");
    let (mut dice, mut acknowledged) = (Dice::new(seed), 0);
    for round in 0..rounds {
        let mut child = child_at(path);
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
