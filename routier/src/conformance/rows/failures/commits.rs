//! Transactions that are undone, and commits that are refused.

use serde::{Deserialize, Serialize};

use super::five;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result, Store, Transaction};

clauses! {
    "2.6" w_undone_rows: "A transaction that is rolled back, dropped or refused leaves rows, versions and indexes as they were.";
    "2.6" w_undone_feed: "A transaction that is rolled back, dropped or refused does not show in the feed.";
    "2.6" w_undone_handles: "A transaction that is undone leaves the caller's handles as good as they were.";
    "2.6" w_undone_all: "A commit that is refused for one row writes no row of any collection.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "failure_entries")]
struct Entry {
    #[key]
    name: String,
    #[index]
    value: u32,
}

const ENDS: [&str; 4] = ["rolled back", "dropped", "a duplicate", "a conflict"];

/// A transaction with every kind of write in it.
async fn busy(store: &Store) -> Result<Transaction> {
    let tx = begin(store).await?;
    let players = tx.collection::<Player>().await?;
    players.insert(Player::new(6, "new", 5)).await?;
    players.insert_many([Player::new(7, "old", 6), Player::new(8, "fay", 7)]).await?;
    players.modify(&2, |p| (p.handle, p.score) = (format!("{}!", p.handle), 0)).await?;
    players.upsert(Player::new(3, "bob", 99)).await?;
    players.remove_key(&4).await?;
    players.filter(|p| p.id.eq(5)).update(|p| p.tags.clear()).await?;
    tx.collection::<Entry>().await?.insert(Entry { name: "of it".into(), value: 1 }).await?;
    Ok(tx)
}

/// Ends it so that nothing of it is left.
async fn undo(store: &Store, tx: Transaction, end: &str) -> Result<()> {
    let players = store.collection::<Player>().await?;
    match end {
        "rolled back" => tx.rollback().await,
        "dropped" => {
            drop(tx);
            Ok(())
        }
        "a duplicate" => {
            tx.collection::<Player>().await?.modify(&5, |p| p.handle = "ada".into()).await?;
            refused(tx.commit().await, ErrorKind::Duplicate);
            Ok(())
        }
        _ => {
            let Some(row) = players.get(&5).await? else { panic!("it is there") };
            players.update(&row, |_| ()).await?;
            refused(tx.commit().await, ErrorKind::Conflict);
            Ok(())
        }
    }
}

async fn w_undone_rows(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let entries = store.collection::<Entry>().await?;
    five(&players).await?;
    for end in ENDS {
        let mut before = Seen::of(&players).await?;
        let tx = busy(&store).await?;
        undo(&store, tx, end).await?;
        let mut after = Seen::of(&players).await?;
        if end == "a conflict" {
            // that one was written meanwhile
            before.forget_version_of(5);
            after.forget_version_of(5);
        }
        assert_eq!(after, before, "{end}");
        assert_eq!(entries.query().count().await?, 0, "{end}");
        assert_eq!(entries.filter(|e| e.value.ge(0)).count().await?, 0, "{end}");
    }
    // what they would have taken is free
    players.insert_many([Player::new(6, "new", 5), Player::new(7, "old", 6)]).await?;
    Ok(())
}

async fn w_undone_feed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    five(&players).await?;
    let mut commits = store.changes().await?;
    for end in ["rolled back", "dropped", "a duplicate"] {
        let tx = busy(&store).await?;
        undo(&store, tx, end).await?;
        let last = players.modify(&1, |p| p.score += 1).await?;
        let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!(commit.changes().count(), 1, "{end}");
        let changes = commit.of::<Player>();
        assert_eq!(changes.first().and_then(|change| change.after()), Some(&last), "{end}");
    }
    Ok(())
}

async fn w_undone_handles(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    five(&players).await?;
    let mut handles = players.query().all().await?;
    for end in ["rolled back", "dropped", "a duplicate"] {
        let kept = players.query().all().await?;
        let tx = busy(&store).await?;
        undo(&store, tx, end).await?;
        assert_eq!(handles, kept, "{end}");
        for handle in &mut handles {
            *handle = players.update(handle, |p| p.score += 1).await?;
        }
    }
    Ok(())
}

async fn w_undone_all(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, entries) = (store.collection::<Player>().await?, store.collection::<Entry>().await?);
    five(&players).await?;
    entries.insert(Entry { name: "kept".into(), value: 1 }).await?;
    let (before, mut commits) = (Seen::of(&players).await?, store.changes().await?);
    // the row that is refused is the first, the last, and one in between
    for place in 0..3_u64 {
        let tx = begin(&store).await?;
        let (staged, others) = (tx.collection::<Player>().await?, tx.collection::<Entry>().await?);
        for at in 0..3 {
            others.upsert(Entry { name: format!("of it {at}"), value: 1 }).await?;
            let handle = if at == place { "later".to_owned() } else { format!("other {at}") };
            staged.insert(Player::new(10 + at, &handle, 1)).await?;
        }
        others.modify("kept", |entry| entry.value = 2).await?;
        let taken = players.insert(Player::new(30, "later", 1)).await?;
        let error = refused(tx.commit().await, ErrorKind::Duplicate);
        assert_eq!((error.collection(), error.value()), (Some("players"), Some("\"later\"")), "{place}");
        players.remove(&taken).await?;
        assert_eq!(Seen::of(&players).await?, before, "{place}");
        let left = entries.query().all().await?;
        assert_eq!(
            left.iter().map(|row| (&*row.name, row.value)).collect::<Vec<_>>(),
            [("kept", 1)],
            "{place}"
        );
        for _ in ["inserted", "removed"] {
            let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
            let keys: Vec<u64> = commit.of::<Player>().iter().map(|change| change.key()).collect();
            assert_eq!((keys, commit.changes().count()), (vec![30], 1), "{place}");
        }
    }
    Ok(())
}
