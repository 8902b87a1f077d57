use routier::{Entity, ErrorKind, Result, SqliteStorage, Store};
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players")]
struct Player {
    #[key]
    #[identity]
    id: u64,
    #[distinct]
    handle: String,
    #[index]
    score: Option<u32>,
    #[index]
    tags: Vec<String>,
    note: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "few")]
struct Few {
    #[key]
    #[identity]
    id: u8,
    name: String,
}

/// In files and in a database: openings pass over few of the identities that a small type has.
#[tokio::test]
async fn a_small_identity_outlives_many_openings() -> Result<()> {
    let place = crate::Place::new();
    let directory = place.path().with_extension("files");
    for url in [format!("sqlite:{}", place.path().display()), format!("file:{}", directory.display())] {
        let mut last = 0;
        for opening in 0..20 {
            let store = Store::open(&url).await?;
            let few = store.collection::<Few>().await?;
            for _ in 0..3 {
                let given = few.insert(NewFew { name: format!("at opening {opening}") }).await?.id;
                assert!(given > last, "{given} after {last} in {url}");
                last = given;
            }
            store.close().await?;
        }
        assert!(last < 200, "{last} in {url}");
    }
    Ok(())
}

fn player(handle: &str, score: Option<u32>, tags: &[&str]) -> NewPlayer {
    NewPlayer {
        handle: handle.to_owned(),
        score,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        note: String::new(),
    }
}

#[tokio::test]
async fn a_database_keeps_what_was_written() -> Result<()> {
    let store = Store::builder().storage(SqliteStorage::temporary().open().await?).await?;
    let players = store.collection::<Player>().await?;
    let ada = players.insert(player("ada", Some(3), &["x", "y"])).await?;
    players.insert(player("bob", None, &["y"])).await?;
    assert_eq!(players.get(&ada.id).await?.unwrap().handle, "ada");
    assert_eq!(players.get_by(|p| p.handle, "bob").await?.unwrap().score, None);
    let error = players.insert(player("ada", None, &[])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Duplicate);
    assert_eq!(players.filter(|p| p.tags.contains("y")).count().await?, 2);
    assert_eq!(players.filter(|p| p.tags.contains("x") & p.score.ge(2)).all().await?.len(), 1);
    println!("{}", players.filter(|p| p.tags.contains("x") & p.score.ge(2)).explain().await?);
    let changed = players.update(&ada, |p| p.score = Some(7)).await?;
    assert_ne!(changed.version(), ada.version());
    assert_eq!(players.update(&ada, |p| p.score = Some(8)).await.unwrap_err().kind(), ErrorKind::Conflict);
    players.remove(&changed).await?;
    assert_eq!(players.query().count().await?, 1);
    store.health().await?;
    store.close().await?;
    assert_eq!(store.health().await.unwrap_err().kind(), ErrorKind::Closed);
    Ok(())
}
