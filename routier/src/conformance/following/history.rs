//! How much is remembered, and what a feed says that was overtaken.
//!
//! A storage may remember more than it is asked to: where it has forgotten nothing, everything has to come.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, take, up_to};
use crate::conformance::following::short::short;
use crate::conformance::tools::refused;
use crate::{Change, Collection, Commit, ErrorKind, Feed, Result, Store, Token};

clauses! {
    "5.3" f_token_expired: "Every token from before what is remembered is `TokenExpired`, every other resumes.";
    "5.3" f_token_oldest: "The oldest token that `TokenExpired` names gives all that is remembered.";
    "5.3" f_token_expired_within: "A token within a forgotten commit is `TokenExpired`: commits are forgotten whole.";
    "5.4" f_history_bound [RESIDENT]: "With `retain(n)` the last n changes are remembered, and none before.";
    "5.4" f_history_last_commit: "The last commit is remembered whole, however little is to be remembered.";
    "5.4" f_lagged_once: "A feed that was overtaken gives one `Lagged`, goes on at the oldest that is remembered, and misses nothing more.";
    "5.4" f_lagged_again: "Overtaken twice, a feed gives `Lagged` twice.";
    "5.4" f_lagged_names: "`Lagged` names the collection, and none for the feed of a store.";
    "5.4" f_lagged_token: "Behind a `Lagged`, the feed's token is where it goes on.";
    "5.4" f_lagged_count [RESIDENT]: "`Lagged` counts exactly the changes that were missed, of all collections, from wherever the feed stood.";
    "5.4" f_lagged_behind_commit: "A commit that has been given in part is given to its end before the feed has lagged.";
    "5.4" f_lagged_unconcerned [RESIDENT]: "A feed that has given everything is not overtaken by what does not concern it.";
    "5.4" f_history_of_unread [RESIDENT]: "Feeds that nobody reads hold no history.";
}

/// A store that remembers ten changes, and its players.
async fn forgetful(subject: &Subject) -> Result<(Store, Collection<Player>)> {
    let store = subject.build(Store::builder().retain(10)).await?;
    let players = store.collection::<Player>().await?;
    Ok((store, players))
}

/// Commits of one change each.
async fn commits(players: &Collection<Player>, scores: std::ops::Range<u32>) -> Result<()> {
    for score in scores {
        players.upsert(player(1, score)).await?;
    }
    Ok(())
}

/// The oldest place that is remembered; `None` where what came after this one has not been forgotten.
async fn oldest(store: &Store, token: Token) -> Result<Option<Token>> {
    match store.changes_after(token).await {
        Ok(_) => Ok(None),
        Err(error) => {
            let error = refused::<()>(Err(error), ErrorKind::TokenExpired);
            assert!(error.oldest().is_some(), "it names no oldest: {error}");
            Ok(error.oldest())
        }
    }
}

/// The scores that are remembered, and whether that is all after this place.
async fn remembered(store: &Store, token: Token) -> Result<(Vec<u32>, bool)> {
    let oldest = oldest(store, token).await?;
    let mut feed = store.collection::<Player>().await?.changes_after(oldest.unwrap_or(token)).await?;
    Ok((scores(&up_to(&mut feed, store.token()).await?), oldest.is_none()))
}

fn scores(changes: &[Change<Player>]) -> Vec<u32> {
    changes.iter().filter_map(|change| change.after().map(|row| row.score)).collect()
}

async fn f_token_expired(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let mut tokens = Vec::new();
    for score in 0..40 {
        tokens.push(store.token());
        players.upsert(player(1, score)).await?;
    }
    let present = store.token();
    for (score, token) in (0_u32..).zip(tokens) {
        let oldest = oldest(&store, token).await?;
        match players.changes_after(token).await {
            Ok(mut feed) => {
                let expected: Vec<u32> = (score..40).collect();
                assert_eq!(scores(&up_to(&mut feed, present).await?), expected, "after {score}");
                assert_eq!(oldest, None, "the store and the collection remember the same");
            }
            Err(error) => {
                assert!(score < 30, "{score} is one of the last ten, but {error}");
                assert_eq!(error.kind(), ErrorKind::TokenExpired, "{error}");
                assert_eq!(error.oldest(), oldest, "the store and the collection remember the same");
                assert!(oldest.is_some_and(|oldest| oldest.number() > token.number()));
            }
        }
    }
    Ok(())
}

async fn f_token_oldest(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let start = store.token();
    for round in 0..5_u32 {
        commits(&players, round * 20..round * 20 + 20).await?;
        let (scores, _) = remembered(&store, start).await?;
        let end = round * 20 + 20;
        assert!(scores.len() >= 10, "{scores:?}");
        assert_eq!(scores, (end - scores.len() as u32..end).collect::<Vec<_>>());
        if let Some(oldest) = oldest(&store, start).await? {
            assert_eq!((oldest.store(), oldest.place()), (start.store(), None));
            assert_eq!(oldest.to_string().parse::<Token>()?, oldest);
        }
    }
    Ok(())
}

async fn f_token_expired_within(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let start = store.token();
    let mut all = store.changes().await?;
    let mut tokens = Vec::new();
    for round in 0..12_u64 {
        players.insert_many((0..4).map(|place| player(round * 4 + place, 0))).await?;
        let commit = take(&mut all, 1).await?;
        tokens
            .extend(commit.iter().flat_map(|commit| commit.changes().map(|c| c.token()).collect::<Vec<_>>()));
    }
    let present = store.token();
    let oldest = oldest(&store, start).await?.unwrap_or(start);
    for (number, token) in tokens.iter().enumerate() {
        let seen_in_part = token.place().is_some();
        // what a place within a commit needs is that commit
        let is_remembered =
            if seen_in_part { token.number() > oldest.number() } else { token.number() >= oldest.number() };
        match players.changes_after(*token).await {
            Ok(mut feed) if is_remembered => {
                let keys: Vec<u64> = up_to(&mut feed, present).await?.iter().map(Change::key).collect();
                assert_eq!(keys, (number as u64 + 1..48).collect::<Vec<_>>(), "after {token}");
            }
            Err(error) if !is_remembered => assert_eq!(error.kind(), ErrorKind::TokenExpired, "{error}"),
            other => panic!("{token} with the oldest {oldest}: {:?}", other.map(drop)),
        }
    }
    Ok(())
}

async fn f_history_bound(subject: &Subject) -> Result<()> {
    for most in [1_u32, 2, 10, 33] {
        let store = subject.build(Store::builder().retain(most as usize)).await?;
        let players = store.collection::<Player>().await?;
        let start = store.token();
        commits(&players, 0..most).await?;
        assert_eq!(remembered(&store, start).await?, ((0..most).collect(), true), "retain({most})");
        commits(&players, most..most + 1).await?;
        assert_eq!(remembered(&store, start).await?, ((1..most + 1).collect(), false), "retain({most})");
        commits(&players, most + 1..most + 50).await?;
        assert_eq!(remembered(&store, start).await?, ((50..most + 50).collect(), false), "retain({most})");
        assert_eq!(store.stats().history, u64::from(most), "retain({most})");
    }
    Ok(())
}

async fn f_history_last_commit(subject: &Subject) -> Result<()> {
    for most in [0, 1, 10] {
        let store = subject.build(Store::builder().retain(most)).await?;
        let players = store.collection::<Player>().await?;
        commits(&players, 0..20).await?;
        let before = store.token();
        let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
        players.insert_many((100..150).map(|id| player(id, 0))).await?;
        let mut resumed = players.changes_after(before).await?;
        store.close().await?;
        for given in [rest(&mut feed).await?, rest(&mut resumed).await?] {
            assert_eq!(given.iter().map(Change::key).collect::<Vec<_>>(), (100..150).collect::<Vec<_>>());
        }
        let sizes: Vec<usize> = rest(&mut all).await?.iter().map(|commit| commit.changes().count()).collect();
        assert_eq!(sizes, [50], "retain({most})");
    }
    Ok(())
}

/// What a feed of players gives to its end: scores, and `None` for `Lagged`.
async fn with_lags(feed: &mut Feed<Change<Player>>) -> Vec<Option<u32>> {
    let mut given = Vec::new();
    while let Some(item) = feed.next().await {
        given.push(match item {
            Ok(change) => change.after().map(|row| row.score),
            Err(error) => {
                refused::<()>(Err(error), ErrorKind::Lagged);
                None
            }
        });
    }
    given
}

async fn f_lagged_once(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    commits(&players, 0..3).await?;
    let start = store.token();
    let mut feed = players.changes().await?;
    let mut all = store.changes_after(start).await?;
    commits(&players, 3..50).await?;
    let (kept, is_all) = remembered(&store, start).await?;
    store.close().await?;
    let lag: &[Option<u32>] = if is_all { &[] } else { &[None] };
    let expected: Vec<Option<u32>> = lag.iter().copied().chain(kept.iter().copied().map(Some)).collect();
    assert_eq!(with_lags(&mut feed).await, expected);
    if !is_all {
        let Some(first) = all.next().await else { panic!("it ended") };
        refused(first, ErrorKind::Lagged);
    }
    assert_eq!(scores(&rest(&mut all).await?.iter().flat_map(Commit::of).collect::<Vec<_>>()), kept);
    Ok(())
}

async fn f_lagged_again(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let mut feed = players.changes().await?;
    let mut expected = Vec::new();
    let mut given = Vec::new();
    for round in 0..3_u32 {
        let start = store.token();
        commits(&players, round * 100..round * 100 + 50).await?;
        let (kept, is_all) = remembered(&store, start).await?;
        expected.extend((!is_all).then_some(None));
        expected.extend(kept.into_iter().map(Some));
        while given.len() < expected.len() {
            let Some(item) = feed.next().await else { panic!("it ended") };
            given.push(match item {
                Ok(change) => change.after().map(|row| row.score),
                Err(error) => {
                    refused::<()>(Err(error), ErrorKind::Lagged);
                    None
                }
            });
        }
    }
    assert_eq!(given, expected);
    Ok(())
}

async fn f_lagged_names(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let start = store.token();
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    commits(&players, 0..50).await?;
    let (Some(of_players), Some(of_all)) = (feed.next().await, all.next().await) else { panic!("it ended") };
    if oldest(&store, start).await?.is_none() {
        assert!(of_players.is_ok() && of_all.is_ok());
        return Ok(());
    }
    let of_players = refused(of_players, ErrorKind::Lagged);
    assert_eq!(of_players.collection(), Some("players"));
    assert!(of_players.to_string().contains("players"), "{of_players}");
    let of_all = refused(of_all, ErrorKind::Lagged);
    assert_eq!(of_all.collection(), None);
    for error in [of_players, of_all] {
        assert!(error.oldest().is_none() && !error.is_retryable(), "{error}");
    }
    Ok(())
}

async fn f_lagged_token(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let start = store.token();
    let mut feed = players.changes_after(start).await?;
    commits(&players, 0..50).await?;
    let first = feed.next().await;
    let Some(oldest) = oldest(&store, start).await? else {
        assert!(first.is_some_and(|first| first.is_ok()));
        return Ok(());
    };
    assert!(first.is_some_and(|first| first.is_err()));
    assert_eq!(feed.token(), oldest);
    let mut resumed = players.changes_after(feed.token()).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), short(&rest(&mut resumed).await?));
    Ok(())
}

async fn missed(feed: &mut Feed<Change<Player>>) -> Option<u64> {
    let Some(item) = feed.next().await else { panic!("it ended") };
    refused(item, ErrorKind::Lagged).missed()
}

async fn f_lagged_count(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let teams = store.collection::<Team>().await?;
    let mut empty = players.changes().await?;
    let tx = store.begin().await?;
    for id in 0..5 {
        tx.collection::<Player>().await?.insert(player(id, 0)).await?;
        tx.collection::<Team>().await?.upsert(team("red", id as u32)).await?;
    }
    tx.commit().await?;
    let mut some = players.changes().await?;
    // behind two of the five players: four of the commit's six changes are left
    let within = take(&mut players.changes_after(empty.token()).await?, 2).await?;
    let Some(within) = within.last().map(Change::token) else { panic!("there are two") };
    let mut within = players.changes_after(within).await?;
    let mut read = players.changes_after(empty.token()).await?;
    take(&mut read, 5).await?;
    for round in 0..30 {
        players.modify(&1, |row| row.score += 1).await?;
        teams.upsert(team("red", 100 + round)).await?;
    }
    // sixty changes behind the commit of six, and ten are remembered
    let counts = [missed(&mut empty).await, missed(&mut some).await];
    assert_eq!(counts, [Some(56), Some(50)]);
    assert_eq!([missed(&mut within).await, missed(&mut read).await], [Some(54), Some(50)]);
    take(&mut some, 5).await?;
    players.insert_many((100..150).map(|id| player(id, 0))).await?;
    players.modify(&1, |row| row.score += 1).await?;
    assert_eq!(missed(&mut some).await, Some(50));
    assert_eq!(take(&mut some, 1).await?.len(), 1);
    Ok(())
}

async fn f_lagged_behind_commit(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let mut feed = players.changes().await?;
    players.insert_many((10..16).map(|id| player(id, id as u32))).await?;
    let start = store.token();
    let mut given = scores(&take(&mut feed, 2).await?);
    commits(&players, 100..150).await?;
    let (kept, is_all) = remembered(&store, start).await?;
    store.close().await?;
    given.extend(scores(&take(&mut feed, 4).await?));
    assert_eq!(given, (10..16).collect::<Vec<_>>());
    let expected: Vec<Option<u32>> =
        (!is_all).then_some(None).into_iter().chain(kept.into_iter().map(Some)).collect();
    assert_eq!(with_lags(&mut feed).await, expected);
    Ok(())
}

async fn f_lagged_unconcerned(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let teams = store.collection::<Team>().await?;
    let (mut unread, mut read) = (teams.changes().await?, teams.changes().await?);
    let mut own = players.changes().await?.without_own();
    teams.insert(team("red", 0)).await?;
    assert_eq!(take(&mut read, 1).await?.len() + take(&mut unread, 1).await?.len(), 2);
    commits(&players, 0..50).await?;
    teams.modify("red", |row| row.seat = 1).await?;
    store.as_origin("importer").collection::<Player>().await?.modify(&1, |row| row.score = 99).await?;
    store.close().await?;
    for feed in [&mut read, &mut unread] {
        let seats: Vec<_> =
            rest(feed).await?.iter().map(|change| change.after().map(|row| row.seat)).collect();
        assert_eq!(seats, [Some(1)]);
    }
    assert_eq!(short(&rest(&mut own).await?), "1:49>99");
    Ok(())
}

async fn f_history_of_unread(subject: &Subject) -> Result<()> {
    let (store, players) = forgetful(subject).await?;
    let feeds = (players.changes().await?, store.changes().await?, players.query().watch().await?);
    let mut begun = players.changes().await?;
    commits(&players, 0..5).await?;
    take(&mut begun, 1).await?;
    commits(&players, 5..60).await?;
    assert_eq!(store.stats().history, 10);
    assert_eq!(store.stats().old_versions, 0);
    drop(feeds);
    Ok(())
}
