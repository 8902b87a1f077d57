//! The feed of a whole store, and that of one collection beside it.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Game, Player, Team, Ticket, game, player, team};
use crate::conformance::following::given::{next_or, rest, take};
use crate::conformance::following::short::{listed, short};
use crate::{Change, Commit, Operation, Result};

clauses! {
    "5.2" f_store_one_a_commit [TOTAL]: "The feed of a store gives one item a commit, whatever collections it changed.";
    "5.2" f_store_of: "`of` gives the changes of one collection, in their order, as its own feed gives them.";
    "5.2" f_store_rows: "A commit's changes show their rows before and after without their types.";
    "5.2" f_store_opened_later: "The feed of a store has collections that were opened after it.";
    "5.2" f_store_number: "A commit's number is the version of what it wrote, and grows from commit to commit.";
    "5.2" f_feed_one_collection: "The feed of a collection gives nothing of others, and its token goes past them.";
}

async fn f_store_one_a_commit(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let mut all = store.changes().await?;
    players.insert(player(1, 1)).await?;
    teams.insert_many([team("red", 1), team("blue", 2)]).await?;
    let tx = store.begin().await?;
    tx.collection::<Team>().await?.remove_key("red").await?;
    tx.collection::<Game>().await?.insert(game("eu", 1, &[])).await?;
    tx.collection::<Player>().await?.modify(&1, |row| row.score = 2).await?;
    tx.collection::<Game>().await?.insert(game("eu", 2, &[])).await?;
    tx.commit().await?;
    players.remove_key(&1).await?;
    store.close().await?;
    let expected = "+players 1 | +teams \"red\" +teams \"blue\" | \
                    -teams \"red\" +games (\"eu\", 1) ~players 1 +games (\"eu\", 2) | -players 1";
    assert_eq!(listed(&rest(&mut all).await?), expected);
    Ok(())
}

async fn f_store_of(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    store.collection::<Ticket>().await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    players.insert(player(1, 1)).await?;
    let tx = store.begin().await?;
    for id in [4, 2, 3] {
        tx.collection::<Player>().await?.upsert(player(id, 7)).await?;
        tx.collection::<Team>().await?.upsert(team("red", id as u32)).await?;
    }
    tx.collection::<Player>().await?.remove_key(&1).await?;
    tx.commit().await?;
    store.close().await?;
    let commits = rest(&mut all).await?;
    assert_eq!(commits.iter().map(|commit| commit.of::<Player>().len()).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(commits.iter().map(|commit| commit.of::<Team>().len()).collect::<Vec<_>>(), [0, 1]);
    assert!(commits.iter().all(|commit| commit.of::<Ticket>().is_empty()));
    let of_all: Vec<Change<Player>> = commits.iter().flat_map(Commit::of).collect();
    let alone = rest(&mut feed).await?;
    assert_eq!(short(&of_all), short(&alone));
    assert_eq!(short(&alone), "+1=1 +4=7 +2=7 +3=7 -1=1");
    for (one, other) in of_all.iter().zip(&alone) {
        assert_eq!(
            (one.version(), one.token(), one.origin()),
            (other.version(), other.token(), other.origin())
        );
        assert_eq!((one.before(), one.after()), (other.before(), other.after()));
    }
    Ok(())
}

async fn f_store_rows(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut all = store.changes().await?;
    let first = players.insert(player(1, 1)).await?;
    let second = players.modify(&1, |row| row.score = 2).await?;
    players.remove_key(&1).await?;
    store.close().await?;
    let mut seen = Vec::new();
    for commit in rest(&mut all).await? {
        for change in commit.changes() {
            let row = |row: Option<&crate::AnyRow>| row.and_then(|row| row.clone().downcast::<Player>());
            let versions = change.before().into_iter().chain(change.after()).map(|row| row.version());
            let sides = (row(change.before()), row(change.after()));
            assert!(versions.eq(sides.0.iter().chain(&sides.1).map(|row| row.version())));
            seen.push((change.operation(), sides));
        }
    }
    let expected = [
        (Operation::Inserted, (None, Some(first.clone()))),
        (Operation::Updated, (Some(first), Some(second.clone()))),
        (Operation::Removed, (Some(second), None)),
    ];
    assert_eq!(seen, expected);
    Ok(())
}

async fn f_store_opened_later(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let mut all = store.changes().await?;
    let early = store.begin().await?;
    let teams = store.collection::<Team>().await?;
    teams.insert(team("red", 1)).await?;
    early.collection::<Player>().await?.insert(player(1, 1)).await?;
    early.commit().await?;
    store.close().await?;
    let mut commits: Vec<String> =
        rest(&mut all).await?.iter().map(|commit| listed(std::slice::from_ref(commit))).collect();
    commits.sort_unstable();
    assert_eq!(commits, ["+players 1", "+teams \"red\""]);
    Ok(())
}

async fn f_store_number(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut all = store.changes().await?;
    let mut versions = Vec::new();
    for score in 0..5 {
        versions.push(players.upsert(player(1, score)).await?.version());
    }
    let commits = take(&mut all, 5).await?;
    assert_eq!(commits.iter().map(Commit::number).collect::<Vec<_>>(), versions);
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
    for commit in &commits {
        assert_eq!(commit.token().number(), commit.number());
        assert_eq!(commit.token().place(), None, "it is behind the whole commit");
    }
    Ok(())
}

async fn f_feed_one_collection(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let (mut of_players, mut of_teams) = (players.changes().await?, teams.changes().await?);
    for round in 0..5 {
        teams.upsert(team("red", round)).await?;
    }
    let present = store.token();
    assert!(next_or(&mut of_players, present).await.is_none());
    assert_eq!(of_players.token(), present);
    let tx = store.begin().await?;
    tx.collection::<Team>().await?.insert(team("blue", 100)).await?;
    tx.collection::<Player>().await?.insert(player(1, 1)).await?;
    tx.collection::<Team>().await?.insert(team("green", 101)).await?;
    tx.commit().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut of_players).await?), "+1=1");
    assert_eq!(rest(&mut of_teams).await?.len(), 7);
    let end = store.token();
    assert_eq!((of_players.token(), of_teams.token()), (end, end));
    Ok(())
}
