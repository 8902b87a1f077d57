//! A row that the type of its collection cannot read.

use std::fs;

use routier::{Entity, Error, ErrorKind, FileStorage, Result, Store};
use serde::{Deserialize, Serialize};

use crate::scene::{Directory, Game, NewPlayer, Player, game};

/// A key of two parts, of which the second is no text.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "rounds")]
struct Round {
    #[key]
    game: String,
    #[key]
    number: i64,
    #[distinct]
    seat: u32,
}

/// A store of games, of which the file has lines that somebody has written.
async fn with_lines(test: &str, collection: &str, lines: &str) -> Result<Directory> {
    let directory = Directory::new(test);
    let store = directory.open().await?;
    store.collection::<Game>().await?;
    store.collection::<Round>().await?;
    store.close().await?;
    let path = directory.path().join(format!("{collection}.data.ndjson"));
    let text = fs::read_to_string(&path).unwrap();
    let head = text.lines().next().unwrap();
    fs::write(path, format!("{head}\n{lines}{{\"end\":{{\"rows\":0,\"sum\":\"\"}}}}\n")).unwrap();
    Ok(directory)
}

fn is_of(error: &Error, key: Option<&str>, said: &str) {
    assert_eq!((error.kind(), error.key()), (ErrorKind::Corrupt, key), "{error}");
    assert!(error.to_string().contains(said), "{error}");
    assert!(error.path().is_some() && std::error::Error::source(error).is_some(), "{error}");
}

#[tokio::test]
async fn it_is_refused_by_its_key_and_the_others_are_read() -> Result<()> {
    let lines =
        "{\"row\":{\"title\":\"go\",\"plays\":7}}\n{\"row\":{\"title\":\"hex\",\"plays\":\"many\"}}\n";
    let directory = with_lines("undecodable", "games", lines).await?;
    let path = directory.path().join("games.data.ndjson");
    let before = fs::read_to_string(&path).unwrap();
    // also where the log is written out again and again beside it
    let storage = FileStorage::builder(directory.path()).compact_after(500).open().await?;
    let store = Store::builder().storage(storage).await?;
    let earlier = store.snapshot().await?;
    let games = store.collection::<Game>().await?;
    let said = "in line 3: the row does not decode as `Game`";
    is_of(&games.get("hex").await.unwrap_err(), Some("\"hex\""), said);
    is_of(&earlier.collection::<Game>().await?.get("hex").await.unwrap_err(), Some("\"hex\""), said);
    assert_eq!(games.get("go").await?.map(|game| game.plays), Some(7));
    assert_eq!(games.get("chess").await?, None);
    is_of(&games.query().count().await.unwrap_err(), Some("\"hex\""), said);
    is_of(&games.query().limit(1).all().await.unwrap_err(), Some("\"hex\""), said);
    // nobody knows what else it would have to be held against
    is_of(&games.upsert(game("chess", 1)).await.unwrap_err(), Some("\"hex\""), said);
    is_of(&games.insert(game("hex", 1)).await.unwrap_err(), Some("\"hex\""), said);
    let players = store.collection::<Player>().await?;
    for number in 0..50 {
        players.insert(NewPlayer { name: format!("player {number}"), score: number }).await?;
    }
    drop((games, players, earlier));
    store.close().await?;
    assert_eq!(fs::read_to_string(&path).unwrap(), before, "its file stays as it is");

    // corrected where it is stored
    fs::write(&path, before.replace("\"many\"", "9")).unwrap();
    let store = directory.open().await?;
    let games = store.collection::<Game>().await?;
    assert_eq!(games.get("hex").await?.map(|game| game.plays), Some(9));
    games.insert(game("chess", 1)).await?;
    assert_eq!(games.query().count().await?, 3);
    store.close().await
}

#[tokio::test]
async fn a_key_is_another_only_where_that_is_certain() -> Result<()> {
    // a row, the key that its error has, and whether each of two keys may be its own
    let table = [
        (r#"{"game":"go","number":-1}"#, Some("(\"go\", -1)"), true, false),
        (r#"{"game":"hex","number":2}"#, Some("(\"hex\", 2)"), false, true),
        (r#"{"game":"chess","number":2}"#, Some("(\"chess\", 2)"), false, false),
        (r#"{"game":"g\u006f","number":-1}"#, Some("(\"go\", -1)"), true, false),
        (r#"{"game":"hex","number":"2"}"#, Some("(\"hex\", \"2\")"), false, true),
        (r#"{"game":{},"number":2}"#, Some("(a value that is no key, 2)"), false, true),
        (r#"{"number":-1}"#, None, true, false),
        (r#"{"nothing":1}"#, None, true, true),
        ("[]", None, true, true),
    ];
    for (number, (row, key, may_be_go, may_be_hex)) in table.into_iter().enumerate() {
        let directory =
            with_lines(&format!("key-{number}"), "rounds", &format!("{{\"row\":{row}}}\n")).await?;
        let store = directory.open().await?;
        let rounds = store.collection::<Round>().await?;
        for (asked, may_be) in [(("go", -1), may_be_go), (("hex", 2), may_be_hex)] {
            match rounds.get(&asked).await {
                Ok(found) => assert!(found.is_none() && !may_be, "{row}, {asked:?}"),
                Err(error) => {
                    assert!(may_be, "{row}, {asked:?}");
                    is_of(&error, key, "in line 2");
                }
            }
        }
        is_of(&rounds.get_by(|r| r.seat, 5).await.unwrap_err(), key, "in line 2");
        store.close().await?;
    }
    Ok(())
}
