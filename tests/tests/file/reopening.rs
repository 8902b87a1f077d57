//! What is there when a directory is opened again.

use routier::{Durability, ErrorKind, FileStorage, Result, Store};

use crate::scene::{Directory, Game, NewPlayer, Player, game};

#[tokio::test]
async fn rows_versions_and_indexes_are_there_again() -> Result<()> {
    let directory = Directory::new("again");
    let store = directory.open().await?;
    let players = store.collection::<Player>().await?;
    let ada = players.insert(NewPlayer { name: "ada".to_owned(), score: 3 }).await?;
    let bob = players.insert(NewPlayer { name: "bob".to_owned(), score: 5 }).await?;
    let ada = players.update(&ada, |ada| ada.score = 9).await?;
    players.insert(NewPlayer { name: "cyd".to_owned(), score: 1 }).await?;
    players.filter(|p| p.name.eq("cyd")).remove().await?;
    store.close().await?;

    let store = directory.open().await?;
    let players = store.collection::<Player>().await?;
    assert_eq!(players.query().all().await?, [ada.clone(), bob]);
    assert_eq!(players.get_by(|p| p.name, "ada").await?, Some(ada.clone()));
    assert_eq!(players.get_by(|p| p.name, "cyd").await?, None);
    let best = players.query().order_by(|p| p.score.desc()).first().await?;
    assert_eq!(best.as_ref(), Some(&ada));
    let ada = players.update(&ada, |ada| ada.score = 2).await?;
    let taken = players.insert(NewPlayer { name: "ada".to_owned(), score: 0 }).await;
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::Duplicate);
    let dan = players.insert(NewPlayer { name: "dan".to_owned(), score: 4 }).await?;
    assert!(dan.id > 3 && dan.version() > ada.version(), "{dan:?}");
    store.close().await
}

#[tokio::test]
async fn a_store_that_was_dropped_lost_nothing() -> Result<()> {
    let directory = Directory::new("dropped");
    for round in 0..5_u32 {
        let store = directory.open().await?;
        let games = store.collection::<Game>().await?;
        assert_eq!(games.query().count().await?, u64::from(round));
        games.insert(game(&format!("go {round}"), round)).await?;
    }
    let storage = FileStorage::at(directory.path()).await?;
    let recovery = storage.recovery();
    assert!(!recovery.was_open && recovery.torn_bytes == 0 && recovery.commits == 5, "{recovery:?}");
    Ok(())
}

#[tokio::test]
async fn a_transaction_over_several_collections_is_one_line() -> Result<()> {
    let directory = Directory::new("one-line");
    let store = directory.open().await?;
    store
        .transaction(|tx| async move {
            tx.collection::<Player>().await?.insert(NewPlayer { name: "ada".to_owned(), score: 3 }).await?;
            tx.collection::<Game>().await?.insert(game("go", 1)).await.map(drop)
        })
        .await?;
    store.close().await?;
    let log = std::fs::read_to_string(directory.path().join("commits-0000000001.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let commits: Vec<_> = lines.iter().filter(|line| line["commit"].is_object()).collect();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0]["commit"]["changes"][0]["new"]["name"], "ada");
    assert_eq!(commits[0]["commit"]["changes"][1]["new"]["title"], "go");
    Ok(())
}

#[tokio::test]
async fn a_feed_goes_on_where_it_was() -> Result<()> {
    let directory = Directory::new("feed");
    let store = directory.open().await?;
    let games = store.collection::<Game>().await?;
    games.insert(game("chess", 1)).await?;
    let mut feed = games.changes().await?;
    games.insert(game("go", 1)).await?;
    let token = feed.next().await.unwrap()?.token();
    games.upsert(game("go", 2)).await?;
    games.insert(game("hex", 1)).await?;
    store.close().await?;

    let store = directory.open().await?;
    let games = store.collection::<Game>().await?;
    let mut feed = games.changes_after(token).await?;
    games.upsert(game("hex", 3)).await?;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let change = feed.next().await.unwrap()?;
        seen.push((
            change.key().clone(),
            change.before().map(|row| row.plays),
            change.after().map(|row| row.plays),
        ));
    }
    let expected = [("go", Some(1), Some(2)), ("hex", None, Some(1)), ("hex", Some(1), Some(3))];
    assert_eq!(seen, expected.map(|(key, before, after)| (key.to_owned(), before, after)));
    store.close().await
}

#[tokio::test]
async fn one_at_a_time_has_it_open() -> Result<()> {
    let directory = Directory::new("locked");
    let store = directory.open().await?;
    let second = directory.open().await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::Locked);
    assert_eq!(second.path(), Some(&*directory.path().join("lock")));
    store.close().await?;
    directory.open().await?.close().await
}

#[tokio::test]
async fn a_url_names_a_directory() -> Result<()> {
    let directory = Directory::new("url");
    let url = |options: &str| format!("file:{}{options}", directory.path().display());
    let store = Store::open(&url("?durability=20ms")).await?;
    store.collection::<Game>().await?.insert(game("go", 1)).await?;
    store.close().await?;
    let store = Store::open(&url("")).await?;
    assert_eq!(store.collection::<Game>().await?.query().count().await?, 1);
    store.close().await?;
    for (url, said) in [
        ("file:", "the path of a directory"),
        ("file:x?durability=fast", "`durability=sync`"),
        ("file:x?mode=ro", "`durability=sync`"),
    ] {
        let error = Store::open(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{url}");
        assert!(error.to_string().contains(said), "{url}: {error}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_buffered_is_there_when_it_was_closed() -> Result<()> {
    let directory = Directory::new("buffered");
    let options = || FileStorage::builder(directory.path());
    let storage =
        options().durability(Durability::Buffered(std::time::Duration::from_secs(3_600))).open().await?;
    let store = Store::builder().storage(storage).await?;
    let games = store.collection::<Game>().await?;
    for number in 0..100 {
        games.insert(game(&number.to_string(), number)).await?;
    }
    store.close().await?;
    let store = directory.open().await?;
    assert_eq!(store.collection::<Game>().await?.query().count().await?, 100);
    store.close().await
}

#[tokio::test]
async fn a_log_that_has_become_long_is_written_out() -> Result<()> {
    let directory = Directory::new("compacted");
    let open = || FileStorage::builder(directory.path()).compact_after(2_000).open();
    let files = || {
        let names = std::fs::read_dir(directory.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("commits-")).count()
    };
    for opening in 0..3_u32 {
        let store = Store::builder().retain(50).storage(open().await?).await?;
        let (games, players) = (store.collection::<Game>().await?, store.collection::<Player>().await?);
        assert_eq!(games.query().count().await?, if opening == 0 { 0 } else { 20 });
        for round in 0..100 {
            games.upsert(game(&format!("game {}", round % 20), 100 * opening + round)).await?;
        }
        let name = format!("player {opening}");
        players.insert(NewPlayer { name, score: 1 }).await?;
        store.close().await?;
        assert!(files() < 20, "{}", files());
    }
    let store = Store::builder().storage(open().await?).await?;
    let games = store.collection::<Game>().await?;
    let plays: Vec<u32> = games.query().all().await?.iter().map(|game| game.plays).collect();
    assert_eq!(plays.len(), 20);
    assert!(plays.iter().all(|plays| (280..300).contains(plays)), "{plays:?}");
    // the collection that is not open is not lost to those that are written out
    for round in 0..200 {
        games.upsert(game("one", round)).await?;
    }
    store.close().await?;
    let store = Store::builder().storage(open().await?).await?;
    assert_eq!(store.collection::<Player>().await?.query().count().await?, 3);
    assert_eq!(store.collection::<Game>().await?.query().count().await?, 21);
    store.close().await
}

/// What is kept for feeds says no more which collections the log has something of that their files have not.
#[tokio::test]
async fn rows_that_are_only_in_the_log_are_written_out_also_where_feeds_forget_them() -> Result<()> {
    let directory = Directory::new("forgotten");
    let open = |bytes| FileStorage::builder(directory.path()).compact_after(bytes).open();
    let store = Store::builder().storage(open(1 << 20).await?).await?;
    let (games, players) = (store.collection::<Game>().await?, store.collection::<Player>().await?);
    for number in 0..5 {
        players.insert(NewPlayer { name: format!("player {number}"), score: 1 }).await?;
    }
    for number in 0..20 {
        games.insert(game(&format!("game {number}"), number)).await?;
    }
    store.close().await?;
    for _ in 0..2 {
        let store = Store::builder().retain(3).storage(open(500).await?).await?;
        let games = store.collection::<Game>().await?;
        assert_eq!(store.collection::<Player>().await?.query().count().await?, 5);
        for round in 0..200 {
            games.upsert(game("one", round)).await?;
        }
        store.close().await?;
    }
    let names = std::fs::read_dir(directory.path()).unwrap();
    let first = names.map(|entry| entry.unwrap().file_name()).any(|name| name == "commits-0000000001.ndjson");
    assert!(!first, "the log was not shortened");
    Ok(())
}
