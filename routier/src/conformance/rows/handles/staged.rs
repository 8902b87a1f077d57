//! The handles that a transaction's writes give.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::Player;
use crate::conformance::rows::scope::{begin, clear};
use crate::conformance::tools::refused;
use crate::{ConflictCause, ErrorKind, Result, Store, Transaction, Versioned};

clauses! {
    "2.8" h_zero: "A handle that a transaction's write gives has version 0 until the commit, and the row's from then on.";
    "2.8" h_as_good: "After the commit such a handle is as good as a read's, alone and in the next transaction.";
    "2.8" h_last: "Inside a transaction the last handle given for a row is the current one, and the others conflict.";
    "2.8" h_read_inside: "A read of a transaction's own row gives a handle that is as good as its write's.";
    "2.8" h_from_outside: "A handle that was read before a transaction is good in it until the transaction writes the row.";
    "2.8" h_not_outside: "A handle of a transaction that is not committed conflicts outside of it.";
    "2.8" h_rolled_back: "After a rollback every handle of the transaction conflicts, whatever is written since.";
    "2.8" h_failed: "After a commit that failed every handle of the transaction conflicts.";
    "2.8" h_replaced: "A handle that a later write of its transaction replaced stays of no commit.";
}

/// A transaction that inserted a row and wrote it twice more, and the handles that it gave.
async fn three(store: &Store) -> Result<(Transaction, [Versioned<Player>; 3])> {
    let tx = begin(store).await?;
    let players = tx.collection::<Player>().await?;
    let first = players.insert(Player::new(1, "ada", 1)).await?;
    let second = players.update(&first, |p| p.score = 2).await?;
    let third = players.modify(&1, |p| p.score = 3).await?;
    Ok((tx, [first, second, third]))
}

/// That both kinds of write through a handle that was never committed conflict.
async fn is_of_no_use(store: &Store, handle: &Versioned<Player>) -> Result<()> {
    let players = store.collection::<Player>().await?;
    let before = players.query().all().await?;
    for error in [
        refused(players.update(handle, |p| p.score = 99).await, ErrorKind::Conflict),
        refused(players.remove(handle).await, ErrorKind::Conflict),
    ] {
        assert!(matches!(error.cause(), Some(ConflictCause::Version { expected: 0, .. })), "{error}");
        assert!(!error.is_retryable(), "{error}");
    }
    assert_eq!((handle.version(), players.query().all().await?), (0, before));
    Ok(())
}

async fn h_zero(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(Player::new(9, "old", 1)).await?;
    let (tx, [first, second, third]) = three(&store).await?;
    let staged = tx.collection::<Player>().await?;
    let upserted = staged.upsert(Player::new(2, "bob", 1)).await?;
    let batch = staged.insert_many([3, 4].map(|id| Player::new(id, &format!("of {id}"), 1))).await?;
    let changed = staged.modify(&9, |p| p.score = 2).await?;
    let clone = third.clone();
    let given: Vec<&Versioned<Player>> = [&third, &upserted, &changed].into_iter().chain(&batch).collect();
    for row in given.iter().chain(&[&first, &second]) {
        assert_eq!(row.version(), 0, "{row:?}");
    }
    tx.commit().await?;
    for row in given {
        let Some(stored) = players.get(&row.id).await? else { panic!("{row:?} was committed") };
        assert_ne!(stored.version(), 0);
        assert_eq!(*row, stored, "its clones have it, too");
    }
    assert_eq!(clone.version(), third.version());
    Ok(())
}

async fn h_as_good(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (tx, [_, _, third]) = three(&store).await?;
    tx.commit().await?;
    let fourth = players.update(&third, |p| p.score = 4).await?;
    assert_eq!(players.get(&1).await?.as_ref(), Some(&fourth));
    refused(players.update(&third, |p| p.score = 9).await, ErrorKind::Conflict);

    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    let fifth = staged.update(&fourth, |p| p.score = 5).await?;
    tx.commit().await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    let sixth = staged.update(&fifth, |p| p.score += 1).await?;
    tx.commit().await?;
    players.remove(&sixth).await?;
    assert_eq!(players.query().count().await?, 0);
    Ok(())
}

async fn h_last(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (tx, [first, second, third]) = three(&store).await?;
    let players = tx.collection::<Player>().await?;
    for old in [&first, &second] {
        let error = refused(players.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
        let cause = ConflictCause::Version { key: "1".to_owned(), expected: 0, actual: Some(0) };
        assert_eq!(error.cause(), Some(&cause));
        assert!(!error.is_retryable());
        refused(players.remove(old).await, ErrorKind::Conflict);
    }
    assert_eq!(players.get(&1).await?.as_ref(), Some(&third));
    let fourth = players.upsert(Player::new(1, "ada", 4)).await?;
    refused(players.update(&third, |p| p.score = 9).await, ErrorKind::Conflict);
    let fifth = players.update(&fourth, |p| p.score += 1).await?;
    refused(players.update(&fourth, |p| p.score = 9).await, ErrorKind::Conflict);
    assert_eq!(players.query().update(|p| p.score += 1).await?, 1);
    refused(players.update(&fifth, |p| p.score = 9).await, ErrorKind::Conflict);
    let last = players.query().one().await?;
    players.remove(&last).await?;
    for old in [&first, &second, &third, &fourth, &fifth, &last] {
        refused(players.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
        refused(players.remove(old).await, ErrorKind::Conflict);
    }
    assert_eq!(players.query().count().await?, 0, "none comes back");
    tx.commit().await?;
    assert_eq!(store.collection::<Player>().await?.query().count().await?, 0);
    Ok(())
}

async fn h_read_inside(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (tx, [_, _, third]) = three(&store).await?;
    let players = tx.collection::<Player>().await?;
    let mut score = third.score;
    for way in ["get", "get_by", "query", "filter"] {
        let read = match way {
            "get" => players.get(&1).await?,
            "get_by" => players.get_by(|p| p.handle, "ada").await?,
            "query" => players.query().first().await?,
            _ => players.filter(|p| p.score.eq(score)).first().await?,
        };
        let Some(read) = read else { panic!("{way} does not see the transaction's own row") };
        score += 1;
        assert_eq!(players.update(&read, |p| p.score += 1).await?.score, score, "{way}");
    }
    tx.commit().await?;
    assert_eq!(store.collection::<Player>().await?.query().one().await?.score, score);
    Ok(())
}

async fn h_from_outside(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(Player::new(1, "ada", 1)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    staged.update(&row, |p| p.score = 2).await?;
    let error = refused(staged.update(&row, |p| p.score = 9).await, ErrorKind::Conflict);
    let cause = ConflictCause::Version { key: "1".to_owned(), expected: row.version(), actual: Some(0) };
    assert_eq!(error.cause(), Some(&cause));
    staged.remove_key(&1).await?;
    let error = refused(staged.remove(&row).await, ErrorKind::Conflict);
    assert!(matches!(error.cause(), Some(ConflictCause::Version { actual: None, .. })), "{error}");
    tx.rollback().await?;
    // nothing of it has touched the row
    players.update(&row, |p| p.score = 3).await?;
    Ok(())
}

async fn h_not_outside(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(Player::new(2, "bob", 1)).await?;
    let (tx, [first, second, third]) = three(&store).await?;
    let changed = tx.collection::<Player>().await?.modify(&2, |p| p.score = 2).await?;
    let other = begin(&store).await?;
    let beside = other.collection::<Player>().await?;
    for handle in [&first, &second, &third, &changed] {
        is_of_no_use(&store, handle).await?;
        refused(beside.update(handle, |p| p.score = 9).await, ErrorKind::Conflict);
        refused(beside.remove(handle).await, ErrorKind::Conflict);
    }
    other.rollback().await?;
    tx.commit().await?;
    players.update(&changed, |p| p.score = 3).await?;
    Ok(())
}

/// After a transaction was undone: its handles, while other commits take the numbers that it could have had.
async fn are_of_no_use(store: &Store, handles: &[Versioned<Player>]) -> Result<()> {
    let players = store.collection::<Player>().await?;
    for handle in handles {
        is_of_no_use(store, handle).await?;
        players.upsert(Player::clone(handle)).await?;
        is_of_no_use(store, handle).await?;
    }
    clear(&players).await?;
    for handle in handles {
        is_of_no_use(store, handle).await?;
    }
    Ok(())
}

async fn h_rolled_back(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for dropped in [false, true] {
        let (tx, handles) = three(&store).await?;
        if dropped {
            drop(tx);
        } else {
            tx.rollback().await?;
        }
        are_of_no_use(&store, &handles).await?;
    }
    Ok(())
}

async fn h_failed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let (tx, handles) = three(&store).await?;
    let taken = players.insert(Player::new(5, "ada", 1)).await?;
    refused(tx.commit().await, ErrorKind::Duplicate);
    players.remove(&taken).await?;
    are_of_no_use(&store, &handles).await
}

async fn h_replaced(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (tx, [first, second, third]) = three(&store).await?;
    tx.commit().await?;
    for old in [&first, &second] {
        is_of_no_use(&store, old).await?;
        let tx = begin(&store).await?;
        refused(tx.collection::<Player>().await?.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
        tx.rollback().await?;
    }
    assert_eq!((first.score, second.score, third.score), (1, 2, 3));
    store.collection::<Player>().await?.remove(&third).await
}
