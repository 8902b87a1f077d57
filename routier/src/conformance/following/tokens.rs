//! Tokens: resuming from every place there is.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{rest, take, up_to};
use crate::conformance::following::past::{apply, make};
use crate::conformance::following::short::{listed, short};
use crate::{AnyChange, Change, Commit, Result, Token};

clauses! {
    "5.3" f_token_of_changes [TOTAL]: "`changes_after` the token of any change gives exactly the changes behind it, within its commit too.";
    "5.3" f_token_of_commits [TOTAL]: "`changes_after` of a store gives from any place the rest of the commit, and then whole commits.";
    "5.3" f_token_of_another_kind: "A token of a store's feed resumes a collection's, and the other way round.";
    "5.3" f_token_of_snapshot: "From the token of any snapshot its rows lead to the present.";
    "5.3" f_token_of_store: "The token of a store is behind all that has been committed, and nothing committed later.";
    "5.3" f_token_of_transaction: "From the token of a transaction come exactly the commits that it does not see.";
    "5.3" f_token_of_feed: "The token of a feed is that of its last item, from which another feed goes on as it does.";
    "5.3" f_token_of_new_feed: "The token of a new feed is the present, and of a resumed one the place that was given.";
    "5.3" f_token_one_name: "One place has one token: behind a commit's last change, the commit, the snapshot and the store.";
    "5.3" f_token_first: "The token of an empty store gives everything.";
    "5.3" f_token_keeps: "A token gives the same again, and a feed from it goes on with what is committed later.";
}

/// What a change says, in a form that can be compared.
fn place(change: &AnyChange<'_>) -> (Token, String) {
    (change.token(), format!("{} {} {}", change.collection(), change.key_text(), change.operation()))
}

async fn f_token_of_changes(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    make(&store).await?;
    let all = up_to(&mut feed, store.token()).await?;
    assert!(all.iter().any(|change| change.token().place().is_some()), "some stand within a commit");
    let mut resumed = Vec::new();
    for change in &all {
        resumed.push(players.changes_after(change.token()).await?);
    }
    store.close().await?;
    for (number, mut feed) in resumed.into_iter().enumerate() {
        let behind = all.get(number + 1..).unwrap_or_default();
        let given = rest(&mut feed).await?;
        assert_eq!(short(&given), short(behind), "after {number}");
        assert!(given.iter().map(Change::token).eq(behind.iter().map(Change::token)), "after {number}");
    }
    Ok(())
}

async fn f_token_of_commits(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let mut feed = store.changes().await?;
    make(&store).await?;
    let all = up_to(&mut feed, store.token()).await?;
    let changes: Vec<(Token, String)> = all
        .iter()
        .flat_map(|commit| commit.changes().map(|change| place(&change)).collect::<Vec<_>>())
        .collect();
    let mut resumed = Vec::new();
    for (token, _) in &changes {
        resumed.push(store.changes_after(*token).await?);
    }
    store.close().await?;
    for (number, mut feed) in resumed.into_iter().enumerate() {
        let commits = rest(&mut feed).await?;
        let given: Vec<_> = commits
            .iter()
            .flat_map(|commit| commit.changes().map(|change| place(&change)).collect::<Vec<_>>())
            .collect();
        assert_eq!(given, changes.get(number + 1..).unwrap_or_default(), "after {number}");
        let whole = all.iter().rev().take(commits.len());
        assert!(commits.iter().rev().map(Commit::token).eq(whole.map(Commit::token)), "after {number}");
        // `of` leaves the seen part out as well
        let n_typed: usize = commits.iter().map(|commit| commit.of::<Player>().len()).sum();
        assert_eq!(n_typed, given.iter().filter(|(_, text)| text.starts_with("players")).count());
    }
    Ok(())
}

async fn f_token_of_another_kind(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut all = store.changes().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(1, 1)).await?;
    tx.collection::<Team>().await?.insert(team("red", 1)).await?;
    in_tx.insert(player(2, 2)).await?;
    tx.collection::<Team>().await?.insert(team("blue", 2)).await?;
    tx.commit().await?;
    players.modify(&1, |row| row.score = 3).await?;
    let first = take(&mut all, 1).await?;
    let tokens: Vec<Token> = first
        .iter()
        .flat_map(|commit| commit.changes().map(|change| change.token()).collect::<Vec<_>>())
        .collect();
    let mut feeds = Vec::new();
    for token in tokens {
        feeds.push((players.changes_after(token).await?, store.changes_after(token).await?));
    }
    store.close().await?;
    let expected = [
        ("+2=2 1:1>3", "+teams \"red\" +players 2 +teams \"blue\" | ~players 1"),
        ("+2=2 1:1>3", "+players 2 +teams \"blue\" | ~players 1"),
        ("1:1>3", "+teams \"blue\" | ~players 1"),
        ("1:1>3", "~players 1"),
    ];
    assert_eq!(feeds.len(), expected.len());
    for ((mut of_players, mut of_all), (changes, commits)) in feeds.into_iter().zip(expected) {
        assert_eq!(short(&rest(&mut of_players).await?), changes);
        assert_eq!(listed(&rest(&mut of_all).await?), commits);
    }
    Ok(())
}

async fn f_token_of_snapshot(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let states = make(&store).await?;
    let mut feeds = Vec::new();
    for (scores, token) in &states {
        feeds.push((scores.clone(), players.changes_after(*token).await?));
    }
    let end = store.token();
    store.close().await?;
    for (mut scores, mut feed) in feeds {
        apply(&mut scores, &rest(&mut feed).await?);
        assert_eq!(Some((&scores, feed.token())), states.last().map(|(scores, _)| (scores, end)));
    }
    Ok(())
}

async fn f_token_of_store(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feeds = Vec::new();
    for score in 0..5_u32 {
        players.upsert(player(1, score)).await?;
        // open, with something written: it is not committed
        let tx = store.begin().await?;
        tx.collection::<Player>().await?.insert(player(2, score)).await?;
        feeds.push((score, players.changes_after(store.token()).await?));
    }
    store.close().await?;
    for (score, mut feed) in feeds {
        let expected: Vec<String> = (score..4).map(|score| format!("1:{score}>{}", score + 1)).collect();
        assert_eq!(short(&rest(&mut feed).await?), expected.join(" "));
    }
    Ok(())
}

async fn f_token_of_transaction(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let tx = store.begin().await?;
    players.modify(&1, |row| row.score = 2).await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(9, 9)).await?;
    players.modify(&1, |row| row.score = 3).await?;
    assert_eq!(in_tx.get(&1).await?.map(|row| row.score), Some(1));
    let mut feed = players.changes_after(tx.token()?).await?;
    tx.rollback().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "1:1>2 1:2>3");
    Ok(())
}

async fn f_token_of_feed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    make(&store).await?;
    // so that the feed has something to give to the last
    players.upsert(player(100, 0)).await?;
    let n_changes = up_to(&mut players.changes_after(feed.token()).await?, store.token()).await?.len();
    let n_commits = up_to(&mut store.changes_after(all.token()).await?, store.token()).await?.len();
    let mut changes = Vec::new();
    let mut resumed = Vec::new();
    for _ in 0..n_changes {
        let change = take(&mut feed, 1).await?;
        assert_eq!(change.iter().map(Change::token).collect::<Vec<_>>(), [feed.token()]);
        resumed.push(players.changes_after(feed.token()).await?);
        changes.extend(change);
    }
    for _ in 0..n_commits {
        let commit = take(&mut all, 1).await?;
        assert_eq!(commit.iter().map(Commit::token).collect::<Vec<_>>(), [all.token()]);
    }
    store.close().await?;
    for (number, mut feed) in resumed.into_iter().enumerate() {
        let behind = changes.get(number + 1..).unwrap_or_default();
        assert_eq!(short(&rest(&mut feed).await?), short(behind), "after {number}");
    }
    Ok(())
}

async fn f_token_of_new_feed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let states = make(&store).await?;
    assert_eq!(players.changes().await?.token(), store.token());
    assert_eq!(store.changes().await?.token(), store.token());
    for (_, token) in &states {
        let feed = players.changes_after(*token).await?;
        assert!(feed.token().number() >= token.number(), "{feed:?} is before {token}");
        // as far on as there is nothing for it, and no further
        let (one, other) = (feed.token(), *token);
        let (mut one, mut other) = (players.changes_after(one).await?, players.changes_after(other).await?);
        let present = store.token();
        assert_eq!(short(&up_to(&mut one, present).await?), short(&up_to(&mut other, present).await?));
    }
    Ok(())
}

async fn f_token_one_name(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (mut all, mut feed) = (store.changes().await?, store.collection::<Player>().await?.changes().await?);
    let tx = store.begin().await?;
    for id in 0..3 {
        tx.collection::<Player>().await?.insert(player(id, 0)).await?;
    }
    tx.commit().await?;
    let changes = take(&mut feed, 3).await?;
    let commits = take(&mut all, 1).await?;
    let within: Vec<Option<u32>> = changes.iter().map(|change| change.token().place()).collect();
    assert_eq!(within, [Some(0), Some(1), None]);
    let mut names = vec![store.token(), store.snapshot().await?.token(), store.begin().await?.token()?];
    names.extend(changes.last().map(Change::token));
    names.extend(commits.iter().map(Commit::token));
    names.extend([feed.token(), all.token()]);
    for name in &names {
        assert_eq!(*name, store.token(), "{names:?}");
    }
    assert_eq!(names.len(), 7);
    Ok(())
}

async fn f_token_first(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let first = store.token();
    let states = make(&store).await?;
    let mut feed = store.collection::<Player>().await?.changes_after(first).await?;
    store.close().await?;
    let mut scores = Default::default();
    apply(&mut scores, &rest(&mut feed).await?);
    assert_eq!(Some(&scores), states.last().map(|(scores, _)| scores));
    Ok(())
}

async fn f_token_keeps(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let start = store.token();
    players.insert(player(1, 1)).await?;
    let mut one = players.changes_after(start).await?;
    assert_eq!(short(&take(&mut one, 1).await?), "+1=1");
    players.modify(&1, |row| row.score = 2).await?;
    let mut other = players.changes_after(start).await?;
    assert_eq!(short(&take(&mut other, 2).await?), "+1=1 1:1>2");
    players.remove_key(&1).await?;
    let mut third = players.changes_after(start).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut one).await?), "1:1>2 -1=2");
    assert_eq!(short(&rest(&mut other).await?), "-1=2");
    assert_eq!(short(&rest(&mut third).await?), "+1=1 1:1>2 -1=2");
    Ok(())
}
