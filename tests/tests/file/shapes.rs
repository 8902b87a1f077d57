//! A collection whose type has changed since it was written.

use std::sync::atomic::{AtomicU32, Ordering};

use routier::{Entity, ErrorKind, Result, Store, Token};
use routier_tests::simfs::{Fault, SimFs, What};
use serde::{Deserialize, Serialize};

use crate::scene::{Directory, Game, game};
use crate::work::open;

/// Another one at each call.
fn level() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(100);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// More fields, which old rows lack, and indexes. What serde would say of the fields is said nowhere.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "games")]
struct Rated {
    #[key]
    title: String,
    #[index]
    plays: u32,
    #[index]
    stars: Option<u8>,
    #[index]
    #[entity(default(level()))]
    level: u32,
    /// Not written where it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[entity(default(Some("tin".to_owned())))]
    medal: Option<String>,
}

/// A field of another type.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "games")]
struct Renumbered {
    #[key]
    title: u64,
    plays: u32,
}

#[tokio::test]
async fn old_rows_have_what_was_added_and_indexes_are_filled() -> Result<()> {
    let directory = Directory::new("shapes");
    let store = directory.open().await?;
    store.collection::<Game>().await?.insert_many([game("chess", 5), game("go", 7)]).await?;
    store.close().await?;

    let store = directory.open().await?;
    let games = store.collection::<Rated>().await?;
    let busy = games.filter(|g| g.plays.gt(5_u32)).all().await?;
    assert_eq!(busy.len(), 1);
    assert_eq!((busy[0].title.as_str(), busy[0].stars), ("go", None));
    games.update(&busy[0], |game| game.stars = Some(4)).await?;
    store.close().await?;

    let store = directory.open().await?;
    let starred = store.collection::<Rated>().await?.filter(|g| g.stars.eq(4)).all().await?;
    assert_eq!(starred.len(), 1);
    store.close().await
}

#[tokio::test]
async fn rows_that_do_not_fit_are_refused_with_the_differences() -> Result<()> {
    let directory = Directory::new("unfit");
    let store = directory.open().await?;
    store.collection::<Game>().await?.insert(game("go", 7)).await?;
    store.close().await?;
    let store = directory.open().await?;
    let error = store.collection::<Renumbered>().await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.to_string().contains("title"), "{error}");
    // the rows are as they were
    assert_eq!(store.collection::<Game>().await?.query().count().await?, 1);
    store.close().await
}

/// The level and the medal of each row, by title.
async fn given(store: &Store) -> Result<Vec<(String, u32, Option<String>)>> {
    let rows = store.collection::<Rated>().await?.query().all().await?;
    Ok(rows.iter().map(|row| (row.title.clone(), row.level, row.medal.clone())).collect())
}

/// What the feed has after a commit: of each change the level and the medal before and after it.
async fn followed(store: &Store, token: Token, n_changes: usize) -> Result<Vec<String>> {
    let mut feed = store.collection::<Rated>().await?.changes_after(token).await?;
    let mut changes = Vec::new();
    for _ in 0..n_changes {
        let change = feed.next().await.expect("the feed goes on")?;
        let shown = |row: Option<&routier::Versioned<Rated>>| row.map(|row| (row.level, row.medal.clone()));
        changes.push(format!("{} {:?} {:?}", change.key(), shown(change.before()), shown(change.after())));
    }
    Ok(changes)
}

#[tokio::test]
async fn old_rows_are_given_one_default_for_ever() -> Result<()> {
    let directory = Directory::new("defaults");
    let store = directory.open().await?;
    let begin = store.token();
    let games = store.collection::<Game>().await?;
    games.insert_many([game("chess", 5), game("go", 7)]).await?;
    games.modify("go", |game| game.plays += 1).await?;
    games.remove_key("chess").await?;
    games.insert(game("hex", 1)).await?;
    store.close().await?;

    let store = directory.open().await?;
    let first = given(&store).await?;
    let tin = Some("tin".to_owned());
    let level = first[0].1;
    assert_eq!(first, [("go".to_owned(), level, tin.clone()), ("hex".to_owned(), level, tin)]);
    let old = format!("({level}, Some(\"tin\"))");
    let past = [
        format!("chess None Some({old})"),
        format!("go None Some({old})"),
        format!("go Some({old}) Some({old})"),
        format!("chess Some({old}) None"),
        format!("hex None Some({old})"),
    ];
    assert_eq!(followed(&store, begin, 5).await?, past);
    // of a row that is written now, what is left out is left out on purpose
    let games = store.collection::<Rated>().await?;
    assert_eq!(games.filter(|g| g.level.eq(level)).count().await?, 2);
    games.modify("hex", |game| game.medal = None).await?;
    let last = given(&store).await?;
    store.close().await?;

    for opening in 0..2 {
        let store = directory.open().await?;
        assert_eq!(given(&store).await?, last, "opening {opening}");
        let changes = followed(&store, begin, 6).await?;
        assert_eq!(changes[..5], past, "opening {opening}");
        assert_eq!(changes[5], format!("hex Some({old}) Some(({level}, None))"), "opening {opening}");
        store.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_field_that_went_and_came_back_is_given_another() -> Result<()> {
    let directory = Directory::new("back");
    let store = directory.open().await?;
    store.collection::<Game>().await?.insert(game("go", 7)).await?;
    store.close().await?;
    let mut levels = Vec::new();
    for _ in 0..2 {
        let store = directory.open().await?;
        levels.push(given(&store).await?[0].1);
        store.close().await?;
        // this time the row without it stands in the file of the rows
        let store = directory.open().await?;
        assert_eq!(store.collection::<Game>().await?.query().count().await?, 1);
        store.close().await?;
    }
    assert!(levels[0] < levels[1], "{levels:?}");
    Ok(())
}

/// A disk with rows of the old shape.
async fn written() -> Result<SimFs> {
    let fs = SimFs::default();
    let store = open(&fs).await?;
    store.collection::<Game>().await?.insert_many([game("chess", 5), game("go", 7)]).await?;
    store.close().await?;
    Ok(fs)
}

/// What is given, where all rows are given the same, and the same when they are opened again.
async fn settled(fs: &SimFs, context: &str) -> Result<u32> {
    let store = open(fs).await?;
    let found = given(&store).await?;
    store.close().await?;
    let store = open(fs).await?;
    assert_eq!(given(&store).await?, found, "{context}: opened once more");
    store.close().await?;
    assert_eq!((found.len(), found[0].1), (2, found[1].1), "{context}");
    Ok(found[0].1)
}

#[tokio::test]
async fn what_was_seen_once_is_given_after_a_crash_too() -> Result<()> {
    let whole = written().await?;
    let (mut at, mut n_seen) = (0, 0);
    loop {
        at += 1;
        let fs = whole.after_crash(0);
        fs.plan(Some(Fault { at, what: What::Crash }));
        let seen = match open(&fs).await {
            Ok(store) => given(&store).await.ok().map(|rows| rows[0].1),
            Err(_) => None,
        };
        let was_reached = fs.n_ops() >= at;
        fs.stop();
        for seed in 0..4 {
            let context = format!("stopped at operation {at}, disk {seed}");
            let found = settled(&fs.after_crash(seed), &context).await?;
            if let Some(seen) = seen {
                assert_eq!(found, seen, "{context}");
                n_seen += 1;
            }
        }
        if !was_reached {
            break;
        }
    }
    assert!(at > 10 && n_seen > 0, "{at} operations, seen {n_seen} times");
    Ok(())
}

#[tokio::test]
async fn nobody_sees_a_default_that_could_not_be_written() -> Result<()> {
    let whole = written().await?;
    let mut n_failed = 0;
    for at in 1.. {
        let fs = whole.after_crash(0);
        let store = open(&fs).await?;
        let before = fs.n_ops();
        fs.plan(Some(Fault { at: before + at, what: What::Error(std::io::ErrorKind::Other) }));
        let failed = store.collection::<Rated>().await.is_err();
        let was_reached = fs.n_ops() >= before + at;
        fs.plan(None);
        n_failed += u32::from(failed);
        // who asks again may get it, and then it is there for ever
        let seen = given(&store).await?[0].1;
        drop(store);
        let context = format!("operation {at} failed");
        assert_eq!(settled(&fs, &context).await?, seen, "{context}");
        if !was_reached {
            break;
        }
    }
    assert!(n_failed > 3, "{n_failed}");
    Ok(())
}
