//! What did not happen does not show.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, rest_of};
use crate::conformance::following::short::{listed, said, short};
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result};

clauses! {
    "5.1" f_nothing_of_failed_statements: "A statement that fails, in whichever way, shows nothing.";
    "5.1" f_nothing_of_rolled_back: "Work rolled back, by call or by dropping the transaction, shows nothing.";
    "5.1" f_nothing_of_failed_closures: "A transaction whose closure gives an error shows nothing.";
    "5.1" f_nothing_of_lost_runs: "Of a transaction that ran several times, the last run alone shows.";
    "5.1" f_nothing_of_refused_commits [TOTAL]: "A commit that is refused shows nothing of the transaction.";
    "5.1" f_nothing_of_unpolled: "A write whose future was dropped before it was polled shows nothing.";
    "5.1" f_nothing_before_commit [TOTAL]: "What an open transaction has written shows nowhere before its commit.";
}

async fn f_nothing_of_failed_statements(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let stale = players.insert(player(1, 1)).await?;
    players.modify(&1, |row| row.score = 2).await?;
    teams.insert_many([team("red", 1), team("blue", 2)]).await?;
    let mut all = store.changes().await?;
    let start = store.token();
    refused(players.insert(player(1, 9)).await, ErrorKind::Duplicate);
    refused(players.insert_many([player(7, 7), player(1, 9)]).await, ErrorKind::Duplicate);
    refused(players.insert_many([player(7, 7), player(7, 8)]).await, ErrorKind::Duplicate);
    refused(teams.insert(team("green", 1)).await, ErrorKind::Duplicate);
    refused(teams.upsert(team("green", 2)).await, ErrorKind::Duplicate);
    refused(teams.modify("red", |row| row.seat = 2).await, ErrorKind::Duplicate);
    refused(teams.query().update(|row| row.seat = 3).await, ErrorKind::Duplicate);
    refused(players.update(&stale, |row| row.score = 3).await, ErrorKind::Conflict);
    refused(players.remove(&stale).await, ErrorKind::Conflict);
    refused(players.modify(&5, |_| ()).await, ErrorKind::NotFound);
    refused(players.modify(&1, |row| row.id = 2).await, ErrorKind::Invalid);
    refused(players.modify(&1, |_| Err::<(), Error>(Error::other("no"))).await, ErrorKind::Other);
    refused(players.query().update(|_| Err::<(), Error>(Error::other("no"))).await, ErrorKind::Other);
    refused(teams.insert(team("\0", 5)).await, ErrorKind::Invalid);
    refused(teams.insert(team(&"x".repeat(2_000), 5)).await, ErrorKind::TooLarge);
    assert_eq!(store.token(), start);
    players.insert(player(3, 3)).await?;
    store.close().await?;
    refused(players.insert(player(4, 4)).await, ErrorKind::Closed);
    assert_eq!(listed(&rest(&mut all).await?), "+players 3");
    Ok(())
}

async fn f_nothing_of_rolled_back(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    let start = store.token();
    for round in 0..4_u64 {
        let tx = store.begin().await?;
        let in_tx = tx.collection::<Player>().await?;
        in_tx.insert(player(10 + round, 1)).await?;
        in_tx.modify(&1, |row| row.score += 1).await?;
        in_tx.remove_key(&1).await?;
        match round {
            0 => tx.rollback().await?,
            1 => drop((tx, in_tx)),
            2 => drop(tx.commit()),
            _ => drop((in_tx, tx.clone(), tx)),
        }
    }
    assert_eq!(store.token(), start);
    players.insert(player(3, 3)).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+3=3");
    assert_eq!(listed(&rest(&mut all).await?), "+players 3");
    assert_eq!(said(&rest_of(&mut watch).await?), "=1 . +3 .");
    Ok(())
}

async fn f_nothing_of_failed_closures(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let failed = store.transaction(|tx| async move {
        tx.collection::<Player>().await?.insert(player(9, 9)).await?;
        Err::<(), _>(Error::other("no"))
    });
    refused(failed.await, ErrorKind::Other);
    let failed = store.try_transaction(|tx| async move {
        tx.collection::<Player>().await?.insert(player(8, 8)).await?;
        tx.collection::<Player>().await?.insert(player(8, 8)).await?;
        Ok::<(), Error>(())
    });
    refused(failed.await, ErrorKind::Duplicate);
    players.insert(player(1, 1)).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+1=1");
    Ok(())
}

async fn f_nothing_of_lost_runs(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 0)).await?;
    let mut feed = players.changes().await?;
    let outside = &players;
    let ran = store.transaction(|tx| async move {
        let in_tx = tx.collection::<Player>().await?;
        let run = tx.run();
        in_tx.modify(&1, |row| row.score += 100 * run).await?;
        in_tx.insert(player(u64::from(run) + 10, run)).await?;
        if run < 3 {
            outside.modify(&1, |row| row.score += 1).await?;
        }
        Ok(run)
    });
    assert_eq!(ran.await?, 3);
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "1:0>1 1:1>2 1:2>302 +13=3");
    Ok(())
}

async fn f_nothing_of_refused_commits(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    players.insert(player(1, 1)).await?;
    let mut all = store.changes().await?;
    let cases: [(&str, ErrorKind); 3] = [
        ("a row that was changed meanwhile", ErrorKind::Conflict),
        ("a key that was taken meanwhile", ErrorKind::Duplicate),
        ("a distinct value that was taken meanwhile", ErrorKind::Duplicate),
    ];
    for (round, (case, kind)) in (0_u32..).zip(cases) {
        let tx = store.begin().await?;
        let (in_tx, teams_in_tx) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
        in_tx.insert(player(50 + u64::from(round), 0)).await?;
        match round {
            0 => {
                in_tx.modify(&1, |row| row.score = 50).await?;
                players.modify(&1, |row| row.score = 2).await?;
            }
            1 => {
                in_tx.insert(player(2, 50)).await?;
                players.insert(player(2, 2)).await?;
            }
            _ => {
                teams_in_tx.insert(team("late", 7)).await?;
                teams.insert(team("early", 7)).await?;
            }
        }
        in_tx.insert(player(60 + u64::from(round), 0)).await?;
        let error = tx.commit().await.map_err(|error| (case, error.kind()));
        assert_eq!(error, Err((case, kind)));
    }
    store.close().await?;
    assert_eq!(listed(&rest(&mut all).await?), "~players 1 | +players 2 | +teams \"early\"");
    Ok(())
}

async fn f_nothing_of_unpolled(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(player(1, 1)).await?;
    let mut feed = players.changes().await?;
    drop(players.insert(player(2, 2)));
    drop(players.insert_many([player(2, 2), player(3, 3)]));
    drop(players.update(&row, |row| row.score = 5));
    drop(players.modify(&1, |row| row.score = 5));
    drop(players.upsert(player(1, 5)));
    drop(players.remove(&row));
    drop(players.remove_key(&1));
    drop(players.query().update(|row| row.score = 5));
    drop(players.query().remove());
    drop(store.transaction(|tx| async move {
        tx.collection::<Player>().await?.insert(player(9, 9)).await?;
        Ok(())
    }));
    players.modify(&1, |row| row.score = 2).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "1:1>2");
    Ok(())
}

async fn f_nothing_before_commit(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    players.insert(player(1, 1)).await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(2, 2)).await?;
    in_tx.modify(&1, |row| row.score = 10).await?;
    // these come between the writes and the commit, and must be all that comes
    players.insert(player(3, 3)).await?;
    teams.insert(team("red", 1)).await?;
    let before = store.token();
    in_tx.insert(player(4, 4)).await?;
    assert_eq!(store.token(), before, "a staged write is no commit");
    assert_eq!(players.query().keys().await?, [1, 3]);
    tx.commit().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+3=3 +2=2 1:1>10 +4=4");
    let commits = "+players 3 | +teams \"red\" | +players 2 ~players 1 +players 4";
    assert_eq!(listed(&rest(&mut all).await?), commits);
    assert_eq!(said(&rest_of(&mut watch).await?), "=1 . +3 . +2 ~1 +4 .");
    Ok(())
}
