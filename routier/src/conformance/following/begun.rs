//! Where a feed begins: nothing after the call is missed, and nothing before it comes.

use crate::conformance::Subject;
use crate::conformance::bell::Bell;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, rest_of, take};
use crate::conformance::following::short::{listed, said, short};
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result};

clauses! {
    "5.5" f_begun_unpolled: "Nothing committed after the call is missed, although nobody polls until the end.";
    "5.5" f_begun_not_before: "A feed begins with the call: nothing committed before it comes.";
    "5.5" f_begun_when_polled: "A feed whose future was not polled has not begun.";
    "5.5" f_begun_beside_open: "A feed begun while a transaction is open gives all of it when it commits.";
    "5.5" f_begun_in_transaction: "The collection of a transaction has no feed and no watch.";
    "5.5" f_begun_in_snapshot: "The view of a snapshot has no watch.";
    "5.5" f_begun_in_closure: "A feed of the store begun within a transaction's closure gives the commit of that transaction.";
    "5.5" f_begun_again: "Feeds are independent: each gives everything, however far the others have read.";
    "5.5" f_begun_dropped: "Feeds that are dropped disturb neither the others nor who commits.";
    "5.5" f_begun_late: "A feed that is polled now and then gives the same as one that is polled after each commit.";
    "5.5" f_next_dropped: "Dropping the future of `next` loses nothing.";
    "5.5" f_next_woken: "A feed and a watch that wait are woken by a commit that concerns them.";
}

async fn f_begun_unpolled(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(0, 0)).await?;
    let mut feed = players.changes().await?;
    let mut all = store.changes().await?;
    let mut watch = players.query().watch().await?;
    let mut resumed = players.changes_after(store.token()).await?;
    for score in 1..=20 {
        players.modify(&0, |row| row.score = score).await?;
    }
    store.close().await?;
    let expected: Vec<String> = (0..20).map(|score| format!("0:{score}>{}", score + 1)).collect();
    assert_eq!(short(&rest(&mut feed).await?), expected.join(" "));
    assert_eq!(short(&rest(&mut resumed).await?), expected.join(" "));
    assert_eq!(rest(&mut all).await?.len(), 20);
    assert_eq!(said(&rest_of(&mut watch).await?), format!("=0 .{}", " ~0 .".repeat(20)));
    Ok(())
}

async fn f_begun_not_before(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feeds = Vec::new();
    for score in 0..5_u32 {
        players.upsert(player(1, score)).await?;
        feeds.push((score, players.changes().await?, store.changes().await?));
    }
    store.close().await?;
    for (score, mut feed, mut all) in feeds {
        let expected: Vec<String> = (score..4).map(|score| format!("1:{score}>{}", score + 1)).collect();
        assert_eq!(short(&rest(&mut feed).await?), expected.join(" "));
        assert_eq!(rest(&mut all).await?.len(), expected.len());
    }
    Ok(())
}

async fn f_begun_when_polled(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (feed, all, watch) = (players.changes(), store.changes(), players.query().watch());
    players.insert(player(1, 1)).await?;
    let (mut feed, mut all, mut watch) = (feed.await?, all.await?, watch.await?);
    players.modify(&1, |row| row.score = 2).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "1:1>2");
    assert_eq!(listed(&rest(&mut all).await?), "~players 1");
    assert_eq!(said(&rest_of(&mut watch).await?), "=1 . ~1 .");
    Ok(())
}

async fn f_begun_beside_open(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(2, 2)).await?;
    in_tx.modify(&1, |row| row.score = 10).await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let mut watch = players.query().watch().await?;
    in_tx.insert(player(3, 3)).await?;
    tx.commit().await?;
    let mut behind = players.changes().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+2=2 1:1>10 +3=3");
    assert_eq!(listed(&rest(&mut all).await?), "+players 2 ~players 1 +players 3");
    assert_eq!(said(&rest_of(&mut watch).await?), "=1 . +2 ~1 +3 .");
    assert_eq!(short(&rest(&mut behind).await?), "");
    Ok(())
}

async fn f_begun_in_transaction(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    refused(in_tx.changes().await, ErrorKind::Unsupported);
    refused(in_tx.changes_after(tx.token()?).await, ErrorKind::Unsupported);
    refused(in_tx.query().watch().await, ErrorKind::Unsupported);
    let error = refused(in_tx.filter(|p| p.score.ge(1)).watch().await, ErrorKind::Unsupported);
    assert_eq!(error.collection(), Some("players"));
    in_tx.insert(player(1, 1)).await?;
    tx.commit().await
}

async fn f_begun_in_snapshot(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    store.collection::<Player>().await?.insert(player(1, 1)).await?;
    let view = store.snapshot().await?.collection::<Player>().await?;
    refused(view.query().watch().await, ErrorKind::Unsupported);
    refused(view.filter(|p| p.score.ge(1)).watch().await, ErrorKind::Unsupported);
    assert_eq!(view.query().count().await?, 1);
    Ok(())
}

async fn f_begun_in_closure(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let outside = &players;
    let feed = store.transaction(|tx| async move {
        let in_tx = tx.collection::<Player>().await?;
        in_tx.insert(player(1, 1)).await?;
        let feed = outside.changes().await?;
        in_tx.insert(player(2, 2)).await?;
        Ok(feed)
    });
    let mut feed = feed.await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+1=1 +2=2");
    Ok(())
}

async fn f_begun_again(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (mut ahead, mut behind) = (players.changes().await?, players.changes().await?);
    players.insert_many([player(1, 1), player(2, 2)]).await?;
    assert_eq!(short(&take(&mut ahead, 2).await?), "+1=1 +2=2");
    players.modify(&1, |row| row.score = 10).await?;
    assert_eq!(short(&take(&mut behind, 1).await?), "+1=1");
    assert_eq!(short(&take(&mut ahead, 1).await?), "1:1>10");
    assert_eq!(short(&take(&mut behind, 2).await?), "+2=2 1:1>10");
    Ok(())
}

async fn f_begun_dropped(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut kept = players.changes().await?;
    let mut dropped = Vec::new();
    for _ in 0..6 {
        dropped.push(players.changes().await?);
    }
    let (all, watch) = (store.changes().await?, players.query().watch().await?);
    let mut last = players.changes().await?;
    players.insert_many([player(1, 1), player(2, 2)]).await?;
    // one is waiting, one was given part of a commit, and the others nothing
    if let Some(feed) = dropped.first_mut() {
        take(feed, 1).await?;
    }
    if let Some(feed) = dropped.last_mut() {
        take(feed, 2).await?;
        assert!(Bell::new().poll(feed).is_pending());
    }
    drop(dropped.split_off(2));
    players.modify(&1, |row| row.score = 10).await?;
    drop((dropped, all, watch));
    players.remove_key(&2).await?;
    store.close().await?;
    for feed in [&mut kept, &mut last] {
        assert_eq!(short(&rest(feed).await?), "+1=1 +2=2 1:1>10 -2=2");
    }
    Ok(())
}

async fn f_begun_late(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (mut eager, mut lazy) = (players.changes().await?, players.changes().await?);
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for round in 0..60_u32 {
        players.upsert(player(u64::from(round % 7), round)).await?;
        early.extend(take(&mut eager, 1).await?);
        if round % 13 == 12 {
            late.extend(take(&mut lazy, 11).await?);
        }
    }
    store.close().await?;
    early.extend(rest(&mut eager).await?);
    late.extend(rest(&mut lazy).await?);
    assert_eq!(short(&late), short(&early));
    assert_eq!(late.len(), 60);
    Ok(())
}

async fn f_next_dropped(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let mut watch = players.query().watch().await?;
    let mut given = Vec::new();
    let mut lives = Vec::new();
    for round in 0..10 {
        // each poll is of a future that is dropped with it
        let bell = Bell::new();
        for _ in 0..round % 3 {
            if let std::task::Poll::Ready(item) = bell.poll(&mut feed) {
                given.extend(item.transpose()?);
            }
            if let std::task::Poll::Ready(item) = bell.poll(&mut watch) {
                lives.extend(item.transpose()?);
            }
        }
        drop((feed.next(), watch.next()));
        players.upsert(player(1, round)).await?;
    }
    store.close().await?;
    given.extend(rest(&mut feed).await?);
    lives.extend(rest_of(&mut watch).await?);
    let expected: Vec<String> = (0..9).map(|score| format!("1:{score}>{}", score + 1)).collect();
    assert_eq!(short(&given), format!("+1=0 {}", expected.join(" ")));
    assert_eq!(said(&lives), format!("= . +1 .{}", " ~1 .".repeat(9)));
    Ok(())
}

async fn f_next_woken(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let teams = store.collection::<Team>().await?;
    let mut feed = players.changes().await?;
    let mut all = store.changes().await?;
    let mut watch = players.filter(|p| p.score.ge(10)).watch().await?;
    let bells = [Bell::new(), Bell::new(), Bell::new()];
    let [one, two, three] = &bells;
    for round in 0..3 {
        while one.poll(&mut feed).is_ready() {}
        while two.poll(&mut all).is_ready() {}
        while three.poll(&mut watch).is_ready() {}
        let before = [one.count(), two.count(), three.count()];
        players.upsert(player(1, 10 + round)).await?;
        teams.upsert(team("red", round)).await?;
        let rung = [one.count(), two.count(), three.count()];
        assert!(before.iter().zip(&rung).all(|(before, now)| now > before), "{before:?}, then {rung:?}");
    }
    Ok(())
}
