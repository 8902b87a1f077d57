//! Several openings of one database, as several processes have it: they share nothing but the file.

use std::time::Duration;

use routier::{Durability, Entity, ErrorKind, Operation, Result, SqliteStorage, Store};
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "items")]
struct Item {
    #[key]
    #[identity]
    id: u64,
    #[index]
    owner: u32,
}

#[tokio::test]
async fn each_sees_what_the_other_commits() -> Result<()> {
    let place = Place::new();
    let (left, right) = (place.open().await?, place.open().await?);
    let (mine, theirs) = (left.collection::<Item>().await?, right.collection::<Item>().await?);
    let mut feed = mine.changes().await?;
    let token = left.token();
    for owner in 0..20 {
        theirs.insert(NewItem { owner }).await?;
    }
    for owner in 0..20 {
        let change =
            tokio::time::timeout(Duration::from_secs(20), feed.next()).await.expect("it comes").unwrap()?;
        assert_eq!((change.operation(), change.after().unwrap().owner), (Operation::Inserted, owner));
    }
    // a read needs no feed, and a token of one is a token of the other
    assert_eq!(mine.query().count().await?, 20);
    let token_there = right.token();
    assert!(token_there.number() > token.number());
    let mut resumed = theirs.changes_after(token).await?;
    assert_eq!(resumed.next().await.unwrap()?.after().unwrap().owner, 0);
    Ok(())
}

#[tokio::test]
async fn a_transaction_loses_against_another_process() -> Result<()> {
    let place = Place::new();
    let (left, right) = (place.open().await?, place.open().await?);
    let (mine, theirs) = (left.collection::<Item>().await?, right.collection::<Item>().await?);
    let item = mine.insert(NewItem { owner: 1 }).await?;

    let tx = left.begin().await?;
    let seen = tx.collection::<Item>().await?.filter(|i| i.owner.eq(1)).count().await?;
    assert_eq!(seen, 1);
    theirs.insert(NewItem { owner: 1 }).await?;
    tx.collection::<Item>().await?.insert(NewItem { owner: 2 }).await?;
    let error = tx.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Conflict, true), "{error}");

    let handle = theirs.get(&item.id).await?.unwrap();
    theirs.update(&handle, |i| i.owner = 9).await?;
    assert_eq!(mine.update(&item, |i| i.owner = 3).await.unwrap_err().kind(), ErrorKind::Conflict);
    Ok(())
}

#[tokio::test]
async fn identities_are_given_once() -> Result<()> {
    let place = Place::new();
    let (left, right) = (place.open().await?, place.open().await?);
    let (mine, theirs) = (left.collection::<Item>().await?, right.collection::<Item>().await?);
    for owner in 0..50 {
        mine.insert(NewItem { owner }).await?;
        theirs.insert(NewItem { owner }).await?;
    }
    assert_eq!(mine.query().count().await?, 100);
    Ok(())
}

#[tokio::test]
async fn writers_of_two_openings_lose_nothing() -> Result<()> {
    let place = Place::new();
    let (left, right) = (place.open().await?, place.open().await?);
    let id = left.collection::<Item>().await?.insert(NewItem { owner: 0 }).await?.id;
    let add = |store: routier::Store| async move {
        let items = store.collection::<Item>().await?;
        for _ in 0..40 {
            items.modify(&id, |item| item.owner += 1).await?;
        }
        Ok::<_, routier::Error>(())
    };
    let (first, second) = tokio::join!(add(left.clone()), add(right.clone()));
    first.and(second)?;
    assert_eq!(left.collection::<Item>().await?.get(&id).await?.unwrap().owner, 80);
    Ok(())
}

#[test]
fn openings_at_once_do_not_stand_in_each_others_way() {
    let place = Place::new();
    let open_and_insert = &|owner: u32| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for _ in 0..8 {
                let store = place.open().await?;
                store.collection::<Item>().await?.insert(NewItem { owner }).await?;
                store.close().await?;
            }
            Ok::<_, routier::Error>(())
        })
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|owner| scope.spawn(move || open_and_insert(owner))).collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    });
    let rows: i64 = place.look().query_row("SELECT count(*) FROM items", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 48);
}

/// Whether one of those who had the database open has lost commits nobody knows while another has it open.
#[tokio::test]
async fn beside_an_opening_that_may_lose_commits_no_number_is_given_twice() -> Result<()> {
    let place = Place::new();
    let buffered = async || {
        let options =
            SqliteStorage::builder(place.path()).durability(Durability::Buffered(Duration::from_secs(60)));
        Store::builder().storage(options.open().await?).await
    };
    let left = buffered().await?;
    let mine = left.collection::<Item>().await?;
    let mut feed = left.changes().await?;
    let first = mine.insert(NewItem { owner: 1 }).await?;
    let right = buffered().await?;
    let second = right.collection::<Item>().await?.insert(NewItem { owner: 2 }).await?;
    assert!(second.version() > first.version() + 65_536, "{} after {}", second.version(), first.version());
    let third = mine.insert(NewItem { owner: 3 }).await?;
    assert_eq!(third.version(), second.version() + 1);
    for owner in 1..=3 {
        let commit = tokio::time::timeout(Duration::from_secs(20), feed.next()).await.expect("it comes");
        let commit = commit.unwrap()?;
        assert_eq!(commit.of::<Item>()[0].after().unwrap().owner, owner);
    }
    // Where all ended well, numbers go on.
    left.close().await?;
    right.close().await?;
    let store = buffered().await?;
    let fourth = store.collection::<Item>().await?.insert(NewItem { owner: 4 }).await?;
    assert_eq!(fourth.version(), third.version() + 1);
    Ok(())
}
