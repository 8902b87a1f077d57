//! What a feed shows of a transaction, and of the store's end.

use std::time::Duration;

use routier::{Error, ErrorKind, Operation, Result, Store};

use crate::{Player, Team, player, rest, short, stores, take, team};

#[tokio::test]
async fn a_commit_shows_each_row_once_from_before_to_after() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        for id in 1..=4 {
            players.insert(player(id, 0)).await?;
        }
        let mut feed = players.changes().await?;
        let mut all = store.changes().await?;
        let tx = store.begin().await?;
        let (in_tx, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
        in_tx.modify(&1, |row| row.score = 1).await?;
        in_tx.modify(&2, |row| row.score = 2).await?;
        in_tx.insert(player(9, 9)).await?;
        teams.insert(team("red")).await?;
        in_tx.remove_key(&9).await?;
        in_tx.remove_key(&3).await?;
        in_tx.insert(player(3, 33)).await?;
        in_tx.modify(&1, |row| row.score = 11).await?;
        in_tx.remove_key(&4).await?;
        tx.commit().await?;
        store.close().await?;
        assert_eq!(short(&rest(&mut feed).await?), "2:0>2 3:0>33 1:0>11 -4=0");
        let commits = rest(&mut all).await?;
        let [commit] = &commits[..] else { panic!("{commits:?}") };
        let shown: Vec<_> = commit
            .changes()
            .map(|change| format!("{} {} {}", change.collection(), change.key_text(), change.operation()))
            .collect();
        let expected = [
            "player 2 updated",
            "team \"red\" inserted",
            "player 3 updated",
            "player 1 updated",
            "player 4 removed",
        ];
        assert_eq!(shown, expected);
        assert_eq!(commit.of::<Team>()[0].operation(), Operation::Inserted);
        assert_eq!(commit.of::<Player>().len(), 4);
    }
    Ok(())
}

#[tokio::test]
async fn what_did_not_happen_does_not_show() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        let stale = players.insert(player(1, 1)).await?;
        players.modify(&1, |row| row.score = 2).await?;
        let mut feed = players.changes().await?;
        let tx = store.begin().await?;
        tx.collection::<Player>().await?.insert(player(7, 7)).await?;
        tx.rollback().await?;
        drop(store.begin().await?.collection::<Player>().await?.insert(player(8, 8)).await?);
        let failed = store.transaction(|tx| async move {
            tx.collection::<Player>().await?.insert(player(9, 9)).await?;
            Err::<(), _>(Error::other("no"))
        });
        assert!(failed.await.is_err());
        assert_eq!(
            players.update(&stale, |row| row.score = 3).await.unwrap_err().kind(),
            ErrorKind::Conflict
        );
        assert_eq!(players.insert(player(1, 4)).await.unwrap_err().kind(), ErrorKind::Duplicate);
        players.remove_key(&5).await?;
        players.filter(|p| p.score.ge(100)).remove().await?;
        players.modify(&1, |_| ()).await?;
        store.close().await?;
        assert_eq!(short(&rest(&mut feed).await?), "1:2>2", "an update that ran is a write");
    }
    Ok(())
}

#[tokio::test]
async fn a_change_is_visible_when_it_is_told() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        let mut feed = players.changes().await?;
        let reader = players.clone();
        let follower = tokio::spawn(async move {
            for id in 0..200 {
                let change = feed.next().await.expect("not closed")?;
                assert_eq!(change.key(), id);
                let row = reader.get(&id).await?.expect("it is there");
                assert_eq!(row.version(), change.version());
                assert_eq!(Some(&row), change.after());
            }
            Ok::<_, Error>(())
        });
        for id in 0..200 {
            players.insert(player(id, 0)).await?;
        }
        follower.await.expect("no panic")?;
    }
    Ok(())
}

#[tokio::test]
async fn feeds_and_watches_are_opened_within_a_task() -> Result<()> {
    let store = Store::memory();
    let opened = tokio::spawn(async move {
        let players = store.collection::<Player>().await?;
        let (feed, all) = (players.changes().await?, store.changes().await?);
        let resumed = (players.changes_after(feed.token()).await?, store.changes_after(all.token()).await?);
        let watch = players.query().watch().await?;
        players.insert(player(1, 1)).await?;
        drop((all, resumed, watch));
        store.close().await?;
        rest(&mut { feed }).await
    });
    assert_eq!(short(&opened.await.expect("no panic")?), "+1=1");
    Ok(())
}

#[tokio::test]
async fn origins_are_told_apart() -> Result<()> {
    for store in stores().await? {
        let other = store.as_origin("importer");
        let (mine, others) = (store.collection::<Player>().await?, other.collection::<Player>().await?);
        let mut without_mine = mine.changes().await?.without_own();
        let mut without_others = other.changes().await?.without_own();
        mine.insert(player(1, 1)).await?;
        others.insert(player(2, 2)).await?;
        store.clone().collection::<Player>().await?.insert(player(3, 3)).await?;
        store.close().await?;
        let changes = rest(&mut without_mine).await?;
        assert_eq!(short(&changes), "+2=2");
        assert_eq!(changes[0].origin().name(), "importer");
        assert_eq!(rest(&mut without_others).await?.len(), 2);
    }
    Ok(())
}

#[tokio::test]
async fn feeds_end_after_the_last_commit() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
        let waits =
            tokio::spawn(async move { all.next().await.is_some() as u8 + all.next().await.is_some() as u8 });
        players.insert(player(1, 1)).await?;
        // The last clone: the collection does not keep a store open.
        drop(store);
        assert_eq!(short(&rest(&mut feed).await?), "+1=1");
        let n_items = tokio::time::timeout(Duration::from_secs(20), waits).await;
        assert_eq!(n_items.expect("closing wakes").expect("no panic"), 1);
        assert_eq!(players.changes().await.unwrap_err().kind(), ErrorKind::Closed);
    }
    Ok(())
}

#[tokio::test]
async fn an_open_transaction_has_nothing_to_follow() -> Result<()> {
    let store = Store::memory();
    store.collection::<Player>().await?;
    let tx = store.begin().await?;
    let players = tx.collection::<Player>().await?;
    assert_eq!(players.changes().await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(players.filter(|p| p.score.ge(1)).watch().await.unwrap_err().kind(), ErrorKind::Unsupported);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_are_followed_in_order_and_whole() -> Result<()> {
    const EACH: u64 = 1_250;
    let store = Store::memory();
    let players = store.collection::<Player>().await?;
    let start = store.token();
    let mut all = store.changes().await?;
    let mut feed = players.changes().await?;
    let whole = tokio::spawn(async move { rest(&mut all).await });
    let single = tokio::spawn(async move { rest(&mut feed).await });
    let writers = (0..8).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..EACH {
                let id = writer * EACH + round;
                let pair = store.transaction(|tx| async move {
                    let players = tx.collection::<Player>().await?;
                    players.insert(player(id, 0)).await?;
                    players.upsert(player(1_000_000 + writer, round as u32)).await?;
                    Ok(())
                });
                pair.await?;
            }
            Ok::<_, Error>(())
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic")?;
    }
    let resumed = store.changes_after(start).await?;
    let mut tokens = Vec::new();
    let mut numbers = Vec::new();
    for commit in take(&mut { resumed }, 8 * EACH as usize).await? {
        assert_eq!(commit.changes().count(), 2);
        numbers.push(commit.number());
        tokens.push(commit.token());
    }
    assert!(numbers.is_sorted_by(|one, next| one < next));
    for (place, token) in tokens.iter().enumerate().step_by(100) {
        let mut rest = store.changes_after(*token).await?;
        let next = take(&mut rest, (numbers.len() - place - 1).min(3)).await?;
        let next: Vec<u64> = next.iter().map(|commit| commit.number()).collect();
        assert_eq!(next, numbers[place + 1..].iter().copied().take(3).collect::<Vec<_>>());
    }
    store.close().await?;
    let whole: Vec<u64> = whole.await.expect("no panic")?.iter().map(|commit| commit.number()).collect();
    assert_eq!(whole, numbers);
    let single = single.await.expect("no panic")?;
    let versions: Vec<u64> = single.chunks(2).map(|pair| pair[0].version()).collect();
    assert_eq!((single.len(), versions), (numbers.len() * 2, numbers));
    Ok(())
}
