//! Watches from their beginning on: `Reset`, `Ready`, places, and being overtaken.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, peopled, player, team};
use crate::conformance::following::given::{rest_of, until_ready, up_to};
use crate::conformance::following::short::said;
use crate::{Live, Result, Store};

clauses! {
    "5.6" f_watch_reset: "A watch begins with `Reset`, the rows that pass the filter in the query's order, and `Ready`.";
    "5.6" f_watch_ready_once: "The changes of a commit come in its order, with one `Ready` behind them, which is its place.";
    "5.6" f_watch_ready_alone: "A commit without a row of the watch gives no `Ready` either.";
    "5.6" f_watch_everything: "A query without a filter is watched whole.";
    "5.6" f_watch_rows: "The rows that a watch gives have the versions that the store gave.";
    "5.6" f_watch_lagged: "A watch that was overtaken gives `Reset` again, and goes on behind it.";
    "5.6" f_watch_token: "The token of a watch is behind what it has said, and goes past what does not concern it.";
    "5.6" f_watch_independent: "Watches of one collection follow their own filters, however far the others have read.";
}

async fn f_watch_reset(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watches = [
        ("=2,3,4 .", players.filter(|p| p.score.ge(10)).watch().await?),
        ("=4,3,2 .", players.filter(|p| p.score.ge(10)).order_by(|p| p.score.desc()).watch().await?),
        ("=1,2,3,4 .", players.query().watch().await?),
        ("=4,3,2,1 .", players.query().order_by(|p| p.id.desc()).watch().await?),
        (
            "=4,3,2,1 .",
            players.query().order_by(|p| p.guild.asc()).then_by(|p| p.score.desc()).watch().await?,
        ),
        ("= .", players.filter(|p| p.score.ge(100)).watch().await?),
        ("=3 .", players.filter(|p| p.score.ge(10)).filter(|p| p.id.eq(3)).watch().await?),
    ];
    let place = store.token();
    for (expected, watch) in &mut watches {
        let (mut lives, token) = until_ready(watch).await?;
        assert_eq!(token, place, "{expected}");
        lives.push(Live::Ready(token));
        assert_eq!(said(&lives), *expected);
    }
    Ok(())
}

async fn f_watch_ready_once(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = players.filter(|p| p.score.ge(10)).watch().await?;
    until_ready(&mut watch).await?;
    let mut places = Vec::new();
    for (round, score) in [50_u32, 0, 12].into_iter().enumerate() {
        let tx = store.begin().await?;
        let (in_tx, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
        teams.upsert(team("red", round as u32)).await?;
        in_tx.upsert(player(7, score)).await?;
        in_tx.upsert(player(100, 0)).await?;
        teams.upsert(team("blue", 10 + round as u32)).await?;
        in_tx.upsert(player(3, score)).await?;
        in_tx.upsert(player(5, score)).await?;
        tx.commit().await?;
        places.push(store.token());
    }
    store.close().await?;
    let lives = rest_of(&mut watch).await?;
    assert_eq!(said(&lives), "+7 ~3 +5 . -7 -3 -5 . +7 +3 +5 .");
    let ready: Vec<_> = lives
        .iter()
        .filter_map(|live| if let Live::Ready(token) = live { Some(*token) } else { None })
        .collect();
    assert_eq!(ready, places);
    Ok(())
}

async fn f_watch_ready_alone(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = players.filter(|p| p.score.eq(20)).watch().await?;
    players.modify(&1, |row| row.score = 6).await?;
    let tx = store.begin().await?;
    tx.collection::<Player>().await?.insert(player(9, 9)).await?;
    tx.collection::<Team>().await?.insert(team("red", 20)).await?;
    tx.commit().await?;
    store.close().await?;
    assert_eq!(said(&rest_of(&mut watch).await?), "=4 .");
    Ok(())
}

async fn f_watch_everything(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = players.query().watch().await?;
    players.insert(player(9, 0)).await?;
    players.modify(&9, |row| row.score = 1).await?;
    players.query().remove().await?;
    store.close().await?;
    assert_eq!(said(&rest_of(&mut watch).await?), "=1,2,3,4 . +9 . ~9 . -1 -2 -3 -4 -9 .");
    Ok(())
}

async fn f_watch_rows(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = players.filter(|p| p.score.ge(10)).watch().await?;
    let begun = players.filter(|p| p.score.ge(10)).all().await?;
    let entered = players.insert(player(9, 50)).await?;
    let changed = players.modify(&9, |row| row.score = 51).await?;
    players.remove_key(&9).await?;
    store.close().await?;
    let mut lives = rest_of(&mut watch).await?;
    lives.retain(|live| !matches!(live, Live::Ready(_)));
    let expected = [
        Live::Reset(begun),
        Live::Entered(entered.clone()),
        Live::Changed { before: entered, after: changed.clone() },
        Live::Left(changed),
    ];
    // rows are equal when their versions are as well
    assert_eq!(lives, expected);
    Ok(())
}

async fn f_watch_lagged(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().retain(5)).await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 10)).await?;
    let mut watch = players.filter(|p| p.score.ge(10)).order_by(|p| p.score.desc()).watch().await?;
    until_ready(&mut watch).await?;
    for round in 0..3_u32 {
        let start = store.token();
        for place in 0..20 {
            players.upsert(player(u64::from(place % 3), round * 100 + place)).await?;
        }
        let has_forgotten = store.changes_after(start).await.is_err();
        let (expected, place) =
            (players.filter(|p| p.score.ge(10)).order_by(|p| p.score.desc()).all().await?, store.token());
        if has_forgotten {
            let (lives, token) = until_ready(&mut watch).await?;
            assert_eq!((lives, token), (vec![Live::Reset(expected)], place), "round {round}");
        } else {
            while until_ready(&mut watch).await?.1 != place {}
        }
        players.modify(&1, |row| row.score += 1_000).await?;
        assert_eq!(said(&until_ready(&mut watch).await?.0), ">1", "round {round}");
        players.modify(&1, |row| row.score = 10).await?;
        assert_eq!(said(&until_ready(&mut watch).await?.0), ">1", "round {round}");
    }
    Ok(())
}

async fn f_watch_token(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = players.filter(|p| p.score.ge(10)).watch().await?;
    until_ready(&mut watch).await?;
    assert_eq!(watch.token(), store.token());
    let before = store.token();
    players.insert_many([player(9, 50), player(10, 1), player(11, 50)]).await?;
    assert!(watch.token().number() <= before.number(), "it has not said that yet");
    let mut within = Vec::new();
    for _ in 0..2 {
        assert!(matches!(watch.next().await, Some(Ok(Live::Entered(_)))));
        within.push(watch.token());
    }
    assert!(matches!(watch.next().await, Some(Ok(Live::Ready(token))) if token == store.token()));
    assert_eq!(watch.token(), store.token());
    let mut left = Vec::new();
    for token in within {
        let mut feed = players.changes_after(token).await?;
        left.push(up_to(&mut feed, store.token()).await?.len());
    }
    assert_eq!(left, [2, 0], "behind the first and behind the third change");
    Ok(())
}

async fn f_watch_independent(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut high = players.filter(|p| p.score.ge(10)).watch().await?;
    let mut low = players.filter(|p| p.score.lt(10)).watch().await?;
    until_ready(&mut high).await?;
    players.modify(&1, |row| row.score = 50).await?;
    assert_eq!(said(&until_ready(&mut high).await?.0), "+1");
    let mut late = players.filter(|p| p.score.lt(10)).watch().await?;
    players.modify(&2, |row| row.score = 0).await?;
    store.close().await?;
    assert_eq!(said(&rest_of(&mut high).await?), "-2 .");
    assert_eq!(said(&rest_of(&mut low).await?), "=1 . -1 . +2 .");
    assert_eq!(said(&rest_of(&mut late).await?), "= . +2 .");
    Ok(())
}
