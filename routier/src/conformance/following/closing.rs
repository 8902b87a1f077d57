//! The end of feeds and watches: that of the store.

use crate::conformance::Subject;
use crate::conformance::bell::Bell;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, rest_of, take};
use crate::conformance::following::short::{listed, said, short};
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result, Store};

clauses! {
    "5.5" f_close_after_last: "Feeds and watches end after the last commit of a store that is closed, and stay at their end.";
    "5.5" f_close_at_once: "Feeds and watches that have given everything end when the store is closed.";
    "5.5" f_close_lagged: "A feed that was overtaken says so and gives what is remembered, before it ends with the store.";
    "5.5" f_close_by_dropping: "Dropping the last clone of a store ends its feeds after the last commit.";
    "5.5" f_close_wakes: "Whoever waits is woken when the store is closed.";
    "5.5" f_close_refuses: "A closed store has no new feeds and watches.";
    "5.5" f_close_open_work: "What is open when the store is closed shows nowhere.";
    "5.5" f_close_token: "The token of a feed that has ended is the last place of its store.";
}

async fn f_close_after_last(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    players.insert(player(1, 1)).await?;
    take(&mut feed, 1).await?;
    players.insert_many([player(2, 2), player(3, 3)]).await?;
    store.close().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+2=2 +3=3");
    assert_eq!(listed(&rest(&mut all).await?), "+players 1 | +players 2 +players 3");
    assert_eq!(said(&rest_of(&mut watch).await?), "= . +1 . +2 +3 .");
    for _ in 0..3 {
        assert!(feed.next().await.is_none() && all.next().await.is_none() && watch.next().await.is_none());
    }
    Ok(())
}

async fn f_close_at_once(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let teams = store.collection::<Team>().await?;
    let mut new = players.changes().await?;
    let mut feed = players.changes().await?;
    let mut watch = players.query().watch().await?;
    players.insert(player(1, 1)).await?;
    take(&mut feed, 1).await?;
    while watch.token() != store.token() {
        assert!(watch.next().await.is_some());
    }
    // the last commit is none of theirs
    teams.insert(team("red", 1)).await?;
    store.close().await?;
    assert!(feed.next().await.is_none());
    assert_eq!(said(&rest_of(&mut watch).await?).trim_start_matches(['.', ' ']), "");
    assert_eq!(short(&rest(&mut new).await?), "+1=1");
    Ok(())
}

async fn f_close_lagged(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().retain(10)).await?;
    let players = store.collection::<Player>().await?;
    let start = store.token();
    let mut feed = players.changes().await?;
    for score in 0..50 {
        players.upsert(player(1, score)).await?;
    }
    let has_forgotten = players.changes_after(start).await.is_err();
    store.close().await?;
    if has_forgotten {
        let Some(first) = feed.next().await else { panic!("it ended in silence") };
        refused(first, ErrorKind::Lagged);
    }
    let scores: Vec<_> =
        rest(&mut feed).await?.iter().filter_map(|change| change.after().map(|row| row.score)).collect();
    assert!(scores.len() >= 10, "{scores:?}");
    assert!(scores.is_sorted_by(|one, next| one + 1 == *next) && scores.last() == Some(&49), "{scores:?}");
    assert!(has_forgotten || scores.len() == 50);
    Ok(())
}

async fn f_close_by_dropping(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let clone = store.clone();
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    players.insert(player(1, 1)).await?;
    drop(store);
    players.insert(player(2, 2)).await?;
    // neither collections nor feeds keep it open
    drop(clone);
    refused(players.insert(player(3, 3)).await, ErrorKind::Closed);
    assert_eq!(short(&rest(&mut feed).await?), "+1=1 +2=2");
    assert_eq!(listed(&rest(&mut all).await?), "+players 1 | +players 2");
    assert_eq!(said(&rest_of(&mut watch).await?), "= . +1 . +2 .");
    Ok(())
}

async fn f_close_wakes(subject: &Subject) -> Result<()> {
    for by_dropping in [false, true] {
        let store = subject.store().await?;
        let players = store.collection::<Player>().await?;
        let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
        let mut watch = players.query().watch().await?;
        let [one, two, three] = [Bell::new(), Bell::new(), Bell::new()];
        assert!(one.poll(&mut feed).is_pending() && two.poll(&mut all).is_pending());
        while three.poll(&mut watch).is_ready() {}
        let before = [one.count(), two.count(), three.count()];
        if by_dropping {
            drop(store);
        } else {
            store.close().await?;
        }
        // a storage may end on a thread of its own
        for (bell, before) in [&one, &two, &three].into_iter().zip(before) {
            bell.wait_beyond(before, 100_000);
        }
        let rung = [one.count(), two.count(), three.count()];
        assert!(before.iter().zip(&rung).all(|(before, now)| now > before), "{before:?}, then {rung:?}");
        assert!(feed.next().await.is_none() && all.next().await.is_none() && watch.next().await.is_none());
    }
    Ok(())
}

async fn f_close_refuses(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let token = store.token();
    store.close().await?;
    refused(players.changes().await, ErrorKind::Closed);
    refused(players.changes_after(token).await, ErrorKind::Closed);
    refused(store.changes().await, ErrorKind::Closed);
    refused(store.changes_after(token).await, ErrorKind::Closed);
    refused(players.query().watch().await, ErrorKind::Closed);
    refused(players.filter(|p| p.score.ge(1)).watch().await, ErrorKind::Closed);
    Ok(())
}

async fn f_close_open_work(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(2, 2)).await?;
    in_tx.remove_key(&1).await?;
    store.close().await?;
    refused(tx.commit().await, ErrorKind::Closed);
    assert_eq!(short(&rest(&mut feed).await?), "");
    assert_eq!(listed(&rest(&mut all).await?), "");
    Ok(())
}

async fn f_close_token(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    players.insert(player(1, 1)).await?;
    teams.insert(team("red", 1)).await?;
    let end = store.token();
    store.close().await?;
    rest(&mut feed).await?;
    rest(&mut all).await?;
    rest_of(&mut watch).await?;
    assert_eq!((feed.token(), all.token(), watch.token()), (end, end, end));
    Ok(())
}
