//! What may stand at the path of a database.

use std::path::Path;

use routier::{Entity, ErrorKind, Result, SqliteStorage, Store};
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "things")]
struct Thing {
    #[key]
    id: u32,
}

async fn refused(place: &Place) -> routier::Error {
    let before = std::fs::read(place.path()).unwrap();
    let error = place.open().await.unwrap_err();
    assert_eq!(std::fs::read(place.path()).unwrap(), before, "it was changed: {error}");
    assert_eq!(error.path(), Some(place.path()), "{error}");
    error
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_refused_and_left_alone() -> Result<()> {
    let place = Place::new();
    std::fs::write(place.path(), "a letter to a friend, longer than the header of a database is ".repeat(40))
        .unwrap();
    assert_eq!(refused(&place).await.kind(), ErrorKind::Invalid);

    let place = Place::new();
    place.look().execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1);").unwrap();
    assert_eq!(refused(&place).await.kind(), ErrorKind::Invalid);

    let place = Place::new();
    place.open().await?.close().await?;
    place.look().execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99;").unwrap();
    let error = refused(&place).await;
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("form 99"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_path_that_cannot_be_written_is_named() {
    let place = Place::new();
    let nowhere = place.path().join("no").join("where.db");
    let error = Store::open(&format!("sqlite:{}", nowhere.display())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.to_string().contains("where.db"), "{error}");
}

/// Nobody writes to this directory, not even who may do everything.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_directory_that_takes_no_files_is_named() {
    for url in ["sqlite:/proc/app.db", "file:/proc/app"] {
        let error = Store::open(url).await.unwrap_err();
        assert_eq!((error.kind(), error.path().is_some()), (ErrorKind::Io, true), "{url}: {error}");
        assert!(error.to_string().contains("/proc/app"), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_url_opens_a_file_that_only_its_owner_reads() -> Result<()> {
    let place = Place::new();
    let url = format!("sqlite:{}?durability=20ms", place.path().display());
    let store = Store::open(&url).await?;
    store.collection::<Thing>().await?.insert(Thing { id: 1 }).await?;
    store.close().await?;
    drop(store);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(Store::open(&url).await?.collection::<Thing>().await?.query().count().await?, 1);
    for wrong in ["sqlite:", "sqlite:a.db?durability=soon", "sqlite:a.db?mode=ro"] {
        assert_eq!(Store::open(wrong).await.unwrap_err().kind(), ErrorKind::Invalid, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn a_temporary_database_leaves_nothing_behind() -> Result<()> {
    let storage = SqliteStorage::temporary().open().await?;
    let shown = format!("{storage:?}");
    let path = shown.split('"').nth(1).expect("it shows where it is").to_owned();
    let files = || {
        ["", "-wal", "-shm"]
            .into_iter()
            .filter(|suffix| Path::new(&format!("{path}{suffix}")).exists())
            .count()
    };
    let store = Store::builder().storage(storage).await?;
    let things = store.collection::<Thing>().await?;
    things.insert(Thing { id: 1 }).await?;
    assert_eq!(things.query().count().await?, 1);
    assert_eq!(files(), 3);
    drop(things);
    store.close().await?;
    drop(store);
    assert_eq!(files(), 0, "{path}");
    Store::open("sqlite::memory:").await?.close().await
}
