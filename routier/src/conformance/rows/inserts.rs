//! Inserts: what is filled in, what is refused, and that a batch is one commit.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::{Scope, begin};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Operation, Result};

clauses! {
    "2.2" w_insert_default: "A default field that is left out of an insert takes its expression, and one that is given its value.";
    "2.2" w_insert_whole: "`insert` gives a handle of the row as it was given, and reads give the same.";
    "2.5" w_insert_present: "An insert of a present key is `Duplicate`, and leaves the row that is there.";
    "2.2" w_insert_many: "`insert_many` gives the rows in the order that they were given in.";
    "2.6" w_insert_many_commit: "`insert_many` is one commit.";
    "2.6" w_insert_many_whole: "`insert_many` inserts all of its rows or none.";
    "2.6" w_insert_many_none: "`insert_many` of no rows is no commit, and gives no rows.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "insert_tickets")]
struct Ticket {
    #[key]
    #[identity]
    number: u64,
    #[entity(default(7))]
    #[index]
    size: u32,
    #[entity(default(Some("none".to_owned())))]
    note: Option<String>,
    #[entity(default(Vec::new()))]
    tags: Vec<String>,
    holder: Option<String>,
}

async fn w_insert_default(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let new = || NewTicket { size: None, note: None, tags: None, holder: None };
        let first = tickets.insert(new()).await?;
        let taken = Ticket { number: 1, size: 7, note: Some("none".into()), tags: Vec::new(), holder: None };
        assert_eq!(*first, taken, "{scope}");
        let given = NewTicket { size: Some(8), note: Some(None), ..new() };
        let second = tickets.insert(NewTicket { tags: Some(vec!["a".into()]), ..given }).await?;
        let (size, note, tags) = (second.size, second.note.as_deref(), second.tags.as_slice());
        assert_eq!((size, note, tags), (8, None, &["a".to_owned()][..]), "{scope}");
        let batch = [NewTicket { note: Some(Some("b".into())), ..new() }, new()];
        let third = tickets.insert_many(batch).await?;
        let notes: Vec<Option<&str>> = third.iter().map(|row| row.note.as_deref()).collect();
        assert_eq!(notes, [Some("b"), Some("none")], "{scope}");
        assert_eq!(tickets.get(&1).await?.as_ref(), Some(&first), "{scope}");
        assert_eq!(tickets.filter(|t| t.size.eq(7)).count().await?, 3, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_insert_whole(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let given = Player::new(5, "ada", 3);
        let row = players.insert(given.clone()).await?;
        assert_eq!(*row, given, "{scope}");
        assert_eq!(players.get(&5).await?.as_ref(), Some(&row), "{scope}");
        assert_eq!(players.get_by(|p| p.handle, "ada").await?.as_ref(), Some(&row), "{scope}");
        assert_eq!(players.query().all().await?, [row], "{scope}");
        let store = scope.end().await?;
        let kept = store.collection::<Player>().await?.get(&5).await?;
        assert_eq!(kept.as_deref(), Some(&given));
    }
    Ok(())
}

async fn w_insert_present(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        players.insert(Player::new(5, "ada", 3)).await?;
        let before = Seen::of(&players).await?;
        for other in [Player::new(5, "ada", 3), Player::new(5, "bob", 4)] {
            let error = refused(players.insert(other.clone()).await, ErrorKind::Duplicate);
            assert_eq!(error.fields(), Some(&["id".into()][..]), "{scope}");
            assert_eq!((error.collection(), error.value()), (Some("players"), Some("5")), "{scope}");
            assert!(!error.is_retryable(), "{scope}");
            refused(players.insert_many([other]).await, ErrorKind::Duplicate);
            assert_eq!(Seen::of(&players).await?, before, "{scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn w_insert_many(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let given = [(3, "cyd"), (1, "ada"), (4, "dan"), (2, "bob")];
        let rows = players.insert_many(given.map(|(id, handle)| Player::new(id, handle, 1))).await?;
        let order: Vec<(u64, &str)> = rows.iter().map(|row| (row.id, row.handle.as_str())).collect();
        assert_eq!(order, given, "{scope}");
        for row in &rows {
            assert_eq!(players.get(&row.id).await?.as_ref(), Some(row), "{scope}");
        }
        assert_eq!(players.query().keys().await?, [1, 2, 3, 4], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_insert_many_commit(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut commits = store.changes().await?;
    players.insert_many([(2, "bob"), (1, "ada")].map(|(id, handle)| Player::new(id, handle, 1))).await?;
    players.insert(Player::new(3, "cyd", 1)).await?;
    for expected in [&[2, 1][..], &[3]] {
        let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
        let mut changes = commit.of::<Player>();
        changes.retain(|change| change.operation() == Operation::Inserted);
        assert_eq!(changes.iter().map(|change| change.key()).collect::<Vec<_>>(), expected);
    }
    Ok(())
}

/// A name, the rows, and what they are refused for over the rows 1 (`ada`) and 2 (`bob`): kind, field, value.
type Batch = (&'static str, &'static [(u64, &'static str)], ErrorKind, &'static str, &'static str);

const BATCHES: &[Batch] = &[
    ("the key of a stored row", &[(3, "cyd"), (1, "dan")], ErrorKind::Duplicate, "id", "1"),
    ("a key twice", &[(3, "cyd"), (4, "dan"), (3, "eve")], ErrorKind::Duplicate, "id", "3"),
    ("a value of a stored row", &[(3, "cyd"), (4, "bob")], ErrorKind::Duplicate, "handle", "\"bob\""),
    ("a value twice", &[(3, "cyd"), (4, "dan"), (5, "cyd")], ErrorKind::Duplicate, "handle", "\"cyd\""),
    ("the first is wrong", &[(1, "cyd"), (4, "dan")], ErrorKind::Duplicate, "id", "1"),
    ("a value never taken", &[(3, "cyd"), (4, "\0")], ErrorKind::Invalid, "handle", "\"\\0\""),
];

async fn w_insert_many_whole(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        players.insert_many([(1, "ada"), (2, "bob")].map(|(id, handle)| Player::new(id, handle, 1))).await?;
        let before = Seen::of(&players).await?;
        for (what, batch, kind, field, value) in BATCHES {
            let batch: Vec<Player> = batch.iter().map(|(id, handle)| Player::new(*id, handle, 2)).collect();
            let error = refused(players.insert_many(batch).await, *kind);
            assert_eq!(error.fields(), Some(&[(*field).into()][..]), "{what} {scope}");
            assert_eq!(
                (error.collection(), error.value()),
                (Some("players"), Some(*value)),
                "{what} {scope}"
            );
            assert!(!error.is_retryable(), "{what} {scope}");
            assert_eq!(Seen::of(&players).await?, before, "{what} {scope}");
        }
        // nothing of them is left to be in the way
        players.insert_many([(3, "cyd"), (4, "dan")].map(|(id, handle)| Player::new(id, handle, 1))).await?;
        let store = scope.end().await?;
        assert_eq!(store.collection::<Player>().await?.query().keys().await?, [1, 2, 3, 4]);
    }
    Ok(())
}

async fn w_insert_many_none(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut commits = store.changes().await?;
    assert!(players.insert_many(Vec::<Player>::new()).await?.is_empty());
    let tx = begin(&store).await?;
    assert!(tx.collection::<Player>().await?.insert_many(Vec::<Player>::new()).await?.is_empty());
    tx.commit().await?;
    players.insert(Player::new(1, "ada", 1)).await?;
    let Some(commit) = commits.next().await.transpose()? else { panic!("the feed has ended") };
    assert_eq!(commit.of::<Player>().len(), 1, "the first commit is the one with a row");
    Ok(())
}
