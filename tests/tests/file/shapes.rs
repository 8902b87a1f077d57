//! A collection whose type has changed since it was written.

use routier::{Entity, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use crate::scene::{Directory, Game, game};

/// One more field, which old rows lack, and an index.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "games")]
struct Rated {
    #[key]
    title: String,
    #[index]
    plays: u32,
    #[index]
    #[serde(default)]
    stars: Option<u8>,
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
