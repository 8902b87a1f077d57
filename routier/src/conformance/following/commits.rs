//! Commits: in order, whole, and told when they can be seen.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, take};
use crate::conformance::following::short::{listed, short};
use crate::{Change, Commit, Error, Result, Transaction};

clauses! {
    "5.1" f_commit_order [TOTAL]: "Changes come in the order of the commits, whichever transaction began or wrote first.";
    "5.1" f_commit_together: "The changes of a commit come together, although transactions wrote by turns.";
    "5.1" f_commit_last_writes: "Within a commit changes stand in the order of the last writes of their keys, over all collections.";
    "5.1" f_commit_failed_write_keeps_place: "A write that fails within a transaction leaves its key at the place of the write before.";
    "5.1" f_commit_many: "`insert_many`, and `.update(..)` and `.remove()` of a query, are one commit each, with a change for each row.";
    "5.1" f_commit_given_order [TOTAL]: "Rows of one `insert_many` are changes in the order in which they were given.";
    "5.1" f_commit_large [TOTAL]: "A commit of a thousand rows in two collections comes whole and in order.";
    "5.1" f_commit_visible: "A change that has been given can be read, at its version, and its snapshot is behind it.";
    "5.1" f_commit_swapped: "Distinct values that two rows exchange are two updates, each from before the commit to after it.";
}

async fn f_commit_order(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut open = Vec::new();
    for id in 0..4 {
        open.push((id, store.begin().await?));
    }
    for (id, tx) in open.iter().rev() {
        tx.collection::<Player>().await?.insert(player(*id, 1)).await?;
    }
    // 2 commits first, then 0, 3, 1, with a statement after each
    for place in [2, 0, 1, 0] {
        let (id, tx) = open.remove(place);
        tx.commit().await?;
        players.insert(player(10 + id, 1)).await?;
    }
    store.close().await?;
    let changes = rest(&mut feed).await?;
    let keys: Vec<u64> = changes.iter().map(Change::key).collect();
    assert_eq!(keys, [2, 12, 0, 10, 3, 13, 1, 11]);
    assert!(changes.is_sorted_by(|one, next| one.version() < next.version()), "{changes:?}");
    let commits = rest(&mut all).await?;
    let numbers: Vec<u64> = commits.iter().map(Commit::number).collect();
    assert_eq!(numbers, changes.iter().map(Change::version).collect::<Vec<_>>());
    Ok(())
}

async fn f_commit_together(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let (one, other) = (store.begin().await?, store.begin().await?);
    for id in 0..10 {
        let tx = if id % 2 == 0 { &one } else { &other };
        tx.collection::<Player>().await?.insert(player(id, id as u32)).await?;
    }
    other.commit().await?;
    players.insert(player(100, 0)).await?;
    one.commit().await?;
    store.close().await?;
    let changes = rest(&mut feed).await?;
    let commits: Vec<String> =
        changes.chunk_by(|one, next| one.version() == next.version()).map(short).collect();
    // where commits have no one order, they are whole all the same
    for whole in ["+1=1 +3=3 +5=5 +7=7 +9=9", "+100=0", "+0=0 +2=2 +4=4 +6=6 +8=8"] {
        assert!(commits.iter().any(|commit| commit == whole), "{whole} is not among {commits:?}");
    }
    assert_eq!(commits.len(), 3, "{commits:?}");
    Ok(())
}

/// Writes one key after the other: upper-case letters are teams, others players.
async fn touch(tx: &Transaction, script: &str) -> Result<()> {
    let (players, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
    for (place, letter) in script.chars().enumerate() {
        if letter.is_uppercase() {
            teams.upsert(team(&letter.to_string(), u32::from(letter))).await?;
        } else {
            players.upsert(player(u64::from(letter), place as u32)).await?;
        }
    }
    Ok(())
}

/// The keys of a commit, as `touch` wrote them.
fn touched(commit: &Commit) -> String {
    let letter = |change: crate::AnyChange<'_>| match (change.of::<Player>(), change.of::<Team>()) {
        (Some(player), None) => u32::try_from(player.key()).ok().and_then(char::from_u32),
        (None, Some(team)) => team.key().chars().next(),
        _ => None,
    };
    commit.changes().map(|change| letter(change).unwrap_or('?')).collect()
}

async fn f_commit_last_writes(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let cases = [
        ("abc", "abc"),
        ("cba", "cba"),
        ("aba", "ba"),
        ("abca", "bca"),
        ("aaa", "a"),
        ("abcbbac", "bac"),
        ("aAbB", "aAbB"),
        ("BAba", "BAba"),
        ("aABa", "ABa"),
        ("ABCaAbBcC", "aAbBcC"),
        ("zYxZyX", "zYxZyX"),
        ("abcdefghijklmnopqrstuvwxyza", "bcdefghijklmnopqrstuvwxyza"),
    ];
    for (script, expected) in cases {
        let before = store.token();
        let tx = store.begin().await?;
        touch(&tx, script).await?;
        tx.commit().await?;
        let commit = take(&mut store.changes_after(before).await?, 1).await?;
        assert_eq!(commit.iter().map(touched).collect::<String>(), expected, "{script}");
    }
    Ok(())
}

async fn f_commit_failed_write_keeps_place(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let mut all = store.changes().await?;
    let tx = store.begin().await?;
    touch(&tx, "abA").await?;
    let players = tx.collection::<Player>().await?;
    let id = u64::from('a');
    assert!(players.insert(player(id, 9)).await.is_err(), "it is there");
    assert!(players.modify(&id, |_| Err::<(), Error>(Error::other("no"))).await.is_err());
    assert!(players.modify(&id, |row| row.id += 1).await.is_err(), "a key does not change");
    assert!(players.insert_many([player(500, 1), player(id, 9)]).await.is_err(), "one of them is there");
    tx.commit().await?;
    store.close().await?;
    let commits = rest(&mut all).await?;
    assert_eq!(commits.iter().map(touched).collect::<Vec<_>>(), ["abA"]);
    let scores: Vec<u32> = commits
        .iter()
        .flat_map(|commit| commit.of::<Player>())
        .filter_map(|c| Some(c.after()?.score))
        .collect();
    assert_eq!(scores, [0, 1], "nothing of what failed is in it");
    Ok(())
}

async fn f_commit_many(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    players.insert_many((0..6).map(|id| player(id, id as u32))).await?;
    assert_eq!(players.filter(|p| p.score.ge(2)).update(|row| row.score += 10).await?, 4);
    assert_eq!(players.filter(|p| p.score.lt(13)).remove().await?, 3);
    store.close().await?;
    let changes = rest(&mut feed).await?;
    let mut commits = Vec::new();
    for commit in changes.chunk_by(|one, next| one.version() == next.version()) {
        let mut commit = commit.to_vec();
        commit.sort_by_key(Change::key);
        commits.push(short(&commit));
    }
    let expected = ["+0=0 +1=1 +2=2 +3=3 +4=4 +5=5", "2:2>12 3:3>13 4:4>14 5:5>15", "-0=0 -1=1 -2=12"];
    assert_eq!(commits, expected);
    Ok(())
}

async fn f_commit_given_order(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let ids = [5, 900, 1, 42, 0, 7, 77, 3];
    players.insert_many(ids.map(|id| player(id, 0))).await?;
    let tx = store.begin().await?;
    tx.collection::<Player>().await?.insert_many(ids.map(|id| player(id + 10_000, 0))).await?;
    tx.commit().await?;
    store.close().await?;
    let expected: Vec<u64> = ids.into_iter().chain(ids.map(|id| id + 10_000)).collect();
    assert_eq!(rest(&mut feed).await?.iter().map(Change::key).collect::<Vec<_>>(), expected);
    Ok(())
}

async fn f_commit_large(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    store.collection::<Team>().await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let tx = store.begin().await?;
    let (in_tx, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
    // neither ascending nor by collection
    for round in 0..500_u32 {
        let id = u64::from(round * 7 % 500);
        in_tx.insert(player(id, round)).await?;
        teams.insert(team(&format!("{id:03}"), round)).await?;
    }
    tx.commit().await?;
    players.insert(player(1_000, 0)).await?;
    store.close().await?;
    let commits = rest(&mut all).await?;
    let [large, last] = &commits[..] else { panic!("{} commits", commits.len()) };
    let expected: Vec<String> = (0..500_u32)
        .map(|round| round * 7 % 500)
        .flat_map(|id| [format!("+players {id}"), format!("+teams \"{id:03}\"")])
        .collect();
    assert_eq!(listed(std::slice::from_ref(large)), expected.join(" "));
    assert_eq!(listed(std::slice::from_ref(last)), "+players 1000");
    let keys: Vec<u64> = rest(&mut feed).await?.iter().map(Change::key).collect();
    let expected: Vec<u64> = (0..500).map(|round| round * 7 % 500).chain([1_000]).collect();
    assert_eq!(keys, expected);
    Ok(())
}

async fn f_commit_visible(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    for round in 0..5 {
        players.upsert(player(round % 2, round as u32)).await?;
        for change in take(&mut feed, 1).await? {
            assert_eq!(players.get(&change.key()).await?.as_ref(), change.after());
            let snapshot = store.snapshot().await?;
            let then = snapshot.collection::<Player>().await?.get(&change.key()).await?;
            assert_eq!(then.map(|row| row.version()), Some(change.version()));
            assert!(snapshot.token().number() >= change.token().number());
        }
    }
    players.remove_key(&0).await?;
    let gone = take(&mut feed, 1).await?;
    assert_eq!((short(&gone), players.get(&0).await?), ("-0=4".to_owned(), None));
    Ok(())
}

async fn f_commit_swapped(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let teams = store.collection::<Team>().await?;
    teams.insert_many([team("blue", 1), team("red", 2)]).await?;
    let mut feed = teams.changes().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Team>().await?;
    in_tx.modify("red", |row| row.seat = 1).await?;
    in_tx.modify("blue", |row| row.seat = 2).await?;
    tx.commit().await?;
    store.close().await?;
    let seats = |change: &Change<Team>| {
        (change.key(), change.before().map(|row| row.seat), change.after().map(|row| row.seat))
    };
    let changes: Vec<_> = rest(&mut feed).await?.iter().map(seats).collect();
    assert_eq!(changes, [("red".to_owned(), Some(2), Some(1)), ("blue".to_owned(), Some(1), Some(2))]);
    Ok(())
}
