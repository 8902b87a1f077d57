//! What the handles that a transaction gives stand for, and the field that follows the version.

use routier::{ConflictCause, ErrorKind, Result, Store, Transaction, Versioned};
use routier_tests::stores::on_each;

use crate::entities::{NewPlayer, Note, Player};
use crate::scopes::fails;

/// A transaction that inserted a row, updated it twice, and gave a handle each time.
async fn three(store: &Store) -> Result<(Transaction, [Versioned<Player>; 3])> {
    let tx = store.begin().await?;
    let players = tx.collection::<Player>().await?;
    let first = players.insert(NewPlayer::named("ada", 1)).await?;
    let second = players.update(&first, |p| p.score = 2).await?;
    let third = players.modify(&first.id, |p| p.score = 3).await?;
    Ok((tx, [first, second, third]))
}

#[tokio::test]
async fn the_last_handle_of_a_row_is_the_current_one() {
    on_each(async |store| {
        let (tx, [first, second, third]) = three(&store).await?;
        let players = tx.collection::<Player>().await?;
        for old in [&first, &second] {
            assert_eq!(old.version(), 0);
            let error = fails(players.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
            let cause = ConflictCause::Version { key: "1".to_owned(), expected: 0, actual: Some(0) };
            assert_eq!(error.cause(), Some(&cause));
            assert!(!error.is_retryable());
            fails(players.remove(old).await, ErrorKind::Conflict);
        }
        assert_eq!(players.get(&1).await?.as_ref(), Some(&third));
        let fourth = players.upsert(Player { score: 4, ..Player::clone(&third) }).await?;
        fails(players.update(&third, |p| p.score = 9).await, ErrorKind::Conflict);
        let read = players.get(&1).await?.expect("it is there");
        let fifth = players.update(&read, |p| p.score += 1).await?;
        fails(players.update(&fourth, |p| p.score = 9).await, ErrorKind::Conflict);
        assert_eq!(players.query().update(|p| p.score += 1).await?, 1);
        fails(players.update(&fifth, |p| p.score = 9).await, ErrorKind::Conflict);
        let last = players.query().one().await?;
        players.remove(&last).await?;
        for old in [&first, &second, &third, &fourth, &fifth, &last] {
            fails(players.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
        }
        tx.commit().await?;
        assert_eq!(store.collection::<Player>().await?.query().count().await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_handle_has_its_version_from_the_commit_on() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let (tx, [first, second, third]) = three(&store).await?;
        let clone = third.clone();
        fails(players.update(&third, |p| p.score = 9).await, ErrorKind::Conflict);
        fails(players.remove(&third).await, ErrorKind::Conflict);
        tx.commit().await?;

        let stored = players.get(&1).await?.expect("it was committed");
        assert_ne!(stored.version(), 0);
        assert_eq!((third.version(), clone.version()), (stored.version(), stored.version()));
        assert_eq!((first.version(), second.version()), (0, 0), "these are of no commit");
        assert_eq!((third.revision, stored.revision), (0, stored.version()));
        for old in [&first, &second] {
            let error = fails(players.update(old, |p| p.score = 9).await, ErrorKind::Conflict);
            assert!(matches!(error.cause(), Some(ConflictCause::Version { expected: 0, .. })));
        }
        let newer = players.update(&third, |p| p.score = 5).await?;
        assert_eq!((newer.score, newer.revision), (5, newer.version()));
        fails(players.update(&clone, |p| p.score = 6).await, ErrorKind::Conflict);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_handle_is_as_good_in_the_next_transaction() {
    on_each(async |store| {
        let (tx, [_, second, third]) = three(&store).await?;
        tx.commit().await?;
        let tx = store.begin().await?;
        let players = tx.collection::<Player>().await?;
        fails(players.update(&second, |p| p.score = 9).await, ErrorKind::Conflict);
        players.update(&third, |p| p.score = 9).await?;
        tx.commit().await?;
        let stored = store.collection::<Player>().await?.query().one().await?;
        assert_eq!((stored.score, stored.revision), (9, stored.version()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn after_a_rollback_every_handle_conflicts() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let notes = store.collection::<Note>().await?;
        let kept = notes.insert(Note::new("kept", 1)).await?;
        for end in ["rollback", "drop", "failed commit"] {
            let (tx, handles) = three(&store).await?;
            let staged = tx.collection::<Note>().await?;
            let note = staged.insert(Note::new("new", 1)).await?;
            let changed = staged.update(&kept, |note| note.value = 2).await?;
            drop(staged);
            match end {
                "rollback" => tx.rollback().await?,
                "drop" => drop(tx),
                _ => {
                    let own = players.insert(NewPlayer::named("ada", 1)).await?;
                    fails(tx.commit().await, ErrorKind::Duplicate);
                    players.remove(&own).await?;
                }
            }
            // the next commit takes the number that the transaction did not get
            for row in handles.iter() {
                players.upsert(Player::clone(row)).await?;
            }
            notes.upsert(Note::new("new", 1)).await?;
            for handle in &handles {
                assert_eq!(handle.version(), 0, "{end}");
                fails(players.update(handle, |p| p.score = 9).await, ErrorKind::Conflict);
                fails(players.remove(handle).await, ErrorKind::Conflict);
            }
            for handle in [&note, &changed] {
                assert_eq!(handle.version(), 0, "{end}");
                fails(notes.update(handle, |note| note.value = 9).await, ErrorKind::Conflict);
            }
            assert_eq!(notes.get("kept").await?.as_ref(), Some(&kept), "{end}");
            players.query().remove().await?;
            notes.remove_key("new").await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_version_field_follows_the_version() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let mut rows = vec![players.insert(NewPlayer::named("ada", 1)).await?];
        rows.push(players.update(&rows[0], |p| p.score = 2).await?);
        rows.push(players.modify(&1, |p| p.score = 3).await?);
        rows.push(players.upsert(Player { revision: 7, ..Player::clone(&rows[0]) }).await?);
        players.query().update(|p| p.score = 4).await?;
        rows.push(players.query().one().await?);
        rows.extend(players.insert_many(["bob", "cyd"].map(|name| NewPlayer::named(name, 1))).await?);
        for row in &rows {
            assert_ne!(row.version(), 0);
            assert_eq!(row.revision, row.version());
        }
        let newest = players.get(&1).await?.expect("it is there");
        let by_field = players.filter(|p| p.revision.eq(newest.version())).all().await?;
        assert_eq!(by_field, [newest], "it can be asked for");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn within_a_transaction_the_version_field_is_0() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        players.insert(NewPlayer::named("ada", 1)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Player>().await?;
        let given = staged.modify(&1, |p| p.score = 2).await?;
        let new = staged.insert(NewPlayer::named("bob", 2)).await?;
        assert_eq!((given.revision, new.revision), (0, 0));
        assert_eq!(staged.filter(|p| p.revision.eq(0)).count().await?, 2);
        let again = staged.update(&given, |p| p.score = 3).await?;
        let whole = staged.upsert(Player { revision: 8, ..Player::clone(&new) }).await?;
        assert_eq!((again.revision, whole.revision), (0, 0));
        tx.commit().await?;
        assert_eq!((again.revision, whole.revision), (0, 0), "for ever");
        for row in players.query().all().await? {
            assert_eq!(row.revision, row.version());
        }
        Ok(())
    })
    .await;
}
