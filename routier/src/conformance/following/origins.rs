//! Who made a change, and leaving out one's own.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::{next_or, rest};
use crate::conformance::following::short::{listed, short};
use crate::{Change, Commit, Origin, Result};

clauses! {
    "5.2" f_origin_clones: "A store, its clones and their transactions are one origin.";
    "5.2" f_origin_stores_differ: "Two stores are two origins.";
    "5.2" f_origin_named: "`as_origin` is another origin, which statements and transactions of that handle have.";
    "5.2" f_origin_same_name: "Handles of one name are one origin.";
    "5.2" f_origin_without_own: "`without_own` leaves out what the handle's origin commits and nothing else.";
    "5.2" f_origin_without_own_of_store: "`without_own` leaves whole commits out of a store's feed.";
    "5.2" f_origin_without_own_resumed: "`without_own` holds for what was committed before the feed was opened as well.";
    "5.2" f_origin_without_own_token: "The token of a feed without its own goes past its own.";
}

async fn f_origin_clones(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let mut all = store.changes().await?;
    let clone = store.clone();
    store.collection::<Player>().await?.insert(player(1, 1)).await?;
    clone.collection::<Player>().await?.clone().insert_many([player(2, 2), player(3, 3)]).await?;
    let tx = clone.begin().await?;
    assert_eq!(tx.origin(), store.origin());
    tx.collection::<Player>().await?.remove_key(&1).await?;
    tx.commit().await?;
    store
        .transaction(|tx| async move { tx.collection::<Player>().await?.modify(&2, |_| ()).await.map(drop) })
        .await?;
    clone.collection::<Player>().await?.query().update(|row| row.score = 0).await?;
    clone.collection::<Player>().await?.query().remove().await?;
    store.close().await?;
    assert_eq!(clone.origin(), store.origin());
    let commits = rest(&mut all).await?;
    assert_eq!(commits.len(), 6);
    for commit in &commits {
        assert_eq!(commit.origin(), store.origin());
        assert!(commit.changes().all(|change| change.origin() == store.origin()));
        assert!(commit.of::<Player>().iter().all(|change| change.origin() == store.origin()));
    }
    Ok(())
}

async fn f_origin_stores_differ(subject: &Subject) -> Result<()> {
    let (one, other) = (subject.store().await?, subject.store().await?);
    assert_ne!(one.origin(), other.origin());
    assert!(!one.origin().name().is_empty(), "an origin has a name");
    Ok(())
}

async fn f_origin_named(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let importer = store.as_origin("importer");
    assert_eq!(importer.origin(), &Origin::named("importer"));
    assert_ne!(importer.origin(), store.origin());
    importer.collection::<Player>().await?.insert(player(1, 1)).await?;
    players.modify(&1, |row| row.score = 2).await?;
    let tx = importer.clone().begin().await?;
    assert_eq!(tx.origin().name(), "importer");
    tx.collection::<Player>().await?.modify(&1, |row| row.score = 3).await?;
    tx.commit().await?;
    importer.collection::<Player>().await?.filter(|p| p.id.eq(1)).update(|row| row.score = 4).await?;
    importer.collection::<Player>().await?.remove_key(&1).await?;
    store.close().await?;
    let origins: Vec<bool> =
        rest(&mut feed).await?.iter().map(|change| change.origin().name() == "importer").collect();
    assert_eq!(origins, [true, false, true, true, true]);
    Ok(())
}

async fn f_origin_same_name(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (one, other) = (store.as_origin("worker"), store.clone().as_origin("worker"));
    assert_eq!(one.origin(), other.origin());
    let mut feed = one.collection::<Player>().await?.changes().await?.without_own();
    other.collection::<Player>().await?.insert(player(1, 1)).await?;
    store.as_origin("Worker").collection::<Player>().await?.insert(player(2, 2)).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "+2=2", "names are compared as they are");
    Ok(())
}

async fn f_origin_without_own(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let importer = store.as_origin("importer");
    let (mine, others) = (store.collection::<Player>().await?, importer.collection::<Player>().await?);
    let mut without_mine = mine.changes().await?.without_own();
    let mut without_others = others.changes().await?.without_own();
    let mut whole = mine.changes().await?;
    mine.insert(player(1, 1)).await?;
    others.modify(&1, |row| row.score = 2).await?;
    store.clone().collection::<Player>().await?.modify(&1, |row| row.score = 3).await?;
    let tx = importer.begin().await?;
    tx.collection::<Player>().await?.modify(&1, |row| row.score = 4).await?;
    tx.commit().await?;
    let tx = store.begin().await?;
    tx.collection::<Player>().await?.modify(&1, |row| row.score = 5).await?;
    tx.commit().await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut without_mine).await?), "1:1>2 1:3>4");
    assert_eq!(short(&rest(&mut without_others).await?), "+1=1 1:2>3 1:4>5");
    assert_eq!(rest(&mut whole).await?.len(), 5);
    Ok(())
}

async fn f_origin_without_own_of_store(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let importer = store.as_origin("importer");
    let mut all = store.changes().await?.without_own();
    for (handle, id) in [(&store, 1), (&importer, 2), (&store, 3)] {
        let tx = handle.begin().await?;
        tx.collection::<Player>().await?.insert(player(id, 0)).await?;
        tx.collection::<Team>().await?.upsert(team("red", id as u32)).await?;
        tx.commit().await?;
    }
    store.close().await?;
    let commits = rest(&mut all).await?;
    assert_eq!(listed(&commits), "+players 2 ~teams \"red\"");
    assert!(commits.iter().map(Commit::origin).all(|origin| origin.name() == "importer"));
    Ok(())
}

async fn f_origin_without_own_resumed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let others = store.as_origin("importer").collection::<Player>().await?;
    let start = store.token();
    players.insert(player(1, 1)).await?;
    others.modify(&1, |row| row.score = 2).await?;
    players.modify(&1, |row| row.score = 3).await?;
    let mut mine = players.changes_after(start).await?.without_own();
    let mut theirs = others.changes_after(start).await?.without_own();
    let mut all = store.changes_after(start).await?.without_own();
    others.modify(&1, |row| row.score = 4).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut mine).await?), "1:1>2 1:3>4");
    assert_eq!(short(&rest(&mut theirs).await?), "+1=1 1:2>3");
    let of_all: Vec<Change<Player>> = rest(&mut all).await?.iter().flat_map(Commit::of).collect();
    assert_eq!(short(&of_all), "1:1>2 1:3>4");
    Ok(())
}

async fn f_origin_without_own_token(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?.without_own();
    let mut all = store.changes().await?.without_own();
    for score in 0..5 {
        players.upsert(player(1, score)).await?;
        let present = store.token();
        assert!(next_or(&mut feed, present).await.is_none(), "its own is left out");
        assert!(next_or(&mut all, present).await.is_none(), "its own is left out");
        assert_eq!((feed.token(), all.token()), (present, present));
    }
    store.as_origin("importer").collection::<Player>().await?.remove_key(&1).await?;
    store.close().await?;
    assert_eq!(short(&rest(&mut feed).await?), "-1=4");
    assert_eq!(listed(&rest(&mut all).await?), "-players 1");
    Ok(())
}
