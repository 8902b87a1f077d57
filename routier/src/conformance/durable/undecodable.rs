//! A row that the type cannot read.

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::{Size, Team, team};
use crate::conformance::subject::Subject;
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result, Store};

clauses! {
    "2.11" d_row_corrupt [DURABLE]: "A row that does not decode is `Corrupt` with its key, and the others stay readable.";
}

/// The same by name and by what is declared, which is all that a schema knows: no text is read.
mod narrow {
    use serde::{Deserialize, Serialize};

    use crate::Entity;

    #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[entity(collection = "teams")]
    pub(super) struct Team {
        #[key]
        pub(super) name: String,
        pub(super) size: u32,
    }
}

fn is_of_red(error: &Error) {
    assert_eq!((error.collection(), error.key()), (Some("teams"), Some("\"red\"")), "{error}");
}

async fn d_row_corrupt(subject: &Subject) -> Result<()> {
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    let teams = store.collection::<Team>().await?;
    teams.insert_many([team("blue", 1), team("green", 2)]).await?;
    teams.insert(Team { name: "red".to_owned(), size: Size::Text("many".to_owned()) }).await?;
    drop(teams);
    store.close().await?;
    // the second opening finds it as the first one left it
    for _ in 0..2 {
        let store = medium.open(Store::builder()).await?;
        let teams = store.collection::<narrow::Team>().await?;
        is_of_red(&refused(teams.get("red").await, ErrorKind::Corrupt));
        assert_eq!(teams.get("blue").await?.map(|row| row.size), Some(1));
        assert_eq!(teams.get("green").await?.map(|row| row.size), Some(2));
        assert_eq!(teams.get("yellow").await?, None);
        assert_eq!(teams.get_many(["green", "yellow"]).await?.iter().flatten().count(), 1);
        is_of_red(&refused(teams.get_many(["green", "red"]).await, ErrorKind::Corrupt));
        // what it would have to be among is not answered without it
        is_of_red(&refused(teams.query().all().await, ErrorKind::Corrupt));
        is_of_red(&refused(teams.query().limit(3).all().await, ErrorKind::Corrupt));
        let snapshot = store.snapshot().await?;
        is_of_red(&refused(
            snapshot.collection::<narrow::Team>().await?.get("red").await,
            ErrorKind::Corrupt,
        ));
        store.close().await?;
    }
    // nothing of it is lost to those who can read it
    let store = medium.open(Store::builder()).await?;
    let teams = store.collection::<Team>().await?;
    assert_eq!(teams.get("red").await?.map(|row| row.size.clone()), Some(Size::Text("many".to_owned())));
    assert_eq!(teams.query().count().await?, 3);
    store.close().await
}
