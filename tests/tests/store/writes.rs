//! Writes of single rows, alone and in a transaction: `insert`, `update`, `remove`, `remove_key`.

use routier::{Collection, ConflictCause, Error, ErrorKind, Result, Versioned};
use routier_tests::stores::on_each;

use crate::entities::{NewPlayer, Player};
use crate::scopes::{fails, in_each_scope};

async fn ada(players: &Collection<Player>) -> Result<Versioned<Player>> {
    players.insert(NewPlayer::named("ada", 3)).await
}

/// What a handle of `row` meets when it is of no use any more.
#[track_caller]
fn is_stale(error: &Error, row: &Versioned<Player>, now: Option<&Versioned<Player>>) {
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let (expected, actual) = (row.version(), now.map(Versioned::version));
    let cause = ConflictCause::Version { key: row.id.to_string(), expected, actual };
    assert_eq!(error.cause(), Some(&cause));
    assert_eq!((error.collection(), error.key()), (Some("players"), Some(&*row.id.to_string())));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn insert_get_update_remove() {
    in_each_scope::<Player>(async |players| {
        let ada = ada(&players).await?;
        assert_eq!(ada.id, 1);
        assert_eq!(players.get(&ada.id).await?.as_ref(), Some(&ada));
        assert_eq!(players.get_by(|p| p.handle, "ada").await?.as_ref(), Some(&ada));
        let newer = players.update(&ada, |p| p.score += 1).await?;
        assert_eq!((newer.score, ada.score), (4, 3));
        assert_eq!(players.filter(|p| p.score.ge(4)).all().await?, std::slice::from_ref(&newer));
        players.remove(&newer).await?;
        assert_eq!(players.query().count().await?, 0);
        assert_eq!(players.get(&ada.id).await?, None);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_write_through_a_stale_handle_conflicts_and_changes_nothing() {
    in_each_scope::<Player>(async |players| {
        let old = ada(&players).await?;
        let new = players.update(&old, |p| p.score = 4).await?;
        is_stale(&players.update(&old, |p| p.score = 9).await.unwrap_err(), &old, Some(&new));
        is_stale(&players.remove(&old).await.unwrap_err(), &old, Some(&new));
        assert_eq!(players.query().all().await?, std::slice::from_ref(&new));

        players.remove(&new).await?;
        for handle in [&old, &new] {
            is_stale(&players.update(handle, |p| p.score = 9).await.unwrap_err(), handle, None);
            is_stale(&players.remove(handle).await.unwrap_err(), handle, None);
        }
        assert_eq!(players.query().count().await?, 0, "nothing comes back");

        let again = players.insert(Player::clone(&old)).await?;
        for handle in [&old, &new] {
            is_stale(&players.update(handle, |p| p.score = 9).await.unwrap_err(), handle, Some(&again));
        }
        assert_eq!(players.update(&again, |p| p.score = 5).await?.score, 5);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_version_is_never_given_twice_to_a_key() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let mut row = ada(&players).await?;
        let mut versions = vec![row.version()];
        for round in 0..5 {
            row = players.update(&row, |p| p.score = 3).await?;
            versions.push(row.version());
            versions.push(players.modify(&row.id, |_| ()).await?.version());
            versions.push(players.upsert(Player::clone(&row)).await?.version());
            let removed = players.remove_key(&row.id).await?;
            assert_eq!(removed.map(|row| row.version()), versions.last().copied(), "round {round}");
            row = players.insert(Player::clone(&row)).await?;
            versions.push(row.version());
        }
        let mut different = versions.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), versions.len(), "{versions:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_update_that_changes_nothing_is_a_write() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let old = ada(&players).await?;
        let new = players.update(&old, |_| ()).await?;
        assert_ne!(new.version(), old.version());
        fails(players.update(&old, |_| ()).await, ErrorKind::Conflict);
        let before = store.token();
        assert_eq!(players.query().update(|_| ()).await?, 1);
        assert_ne!(store.token(), before);
        fails(players.remove(&new).await, ErrorKind::Conflict);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_callers_values_stay_as_they_are() {
    in_each_scope::<Player>(async |players| {
        let first = ada(&players).await?;
        let copy = Player::clone(&first);
        let second = players.update(&first, |p| p.tags.push("old".to_owned())).await?;
        players.modify(&first.id, |p| p.tags.push("older".to_owned())).await?;
        assert_eq!((&*first, first.tags.len(), second.tags.len()), (&copy, 0, 1));
        let mut own = Player::clone(&second);
        own.score = 1_000;
        assert_eq!(players.get(&first.id).await?.map(|p| p.score), Some(3), "a changed copy is a copy");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn key_identity_and_version_are_not_an_updates_to_change() {
    type Change = fn(&mut Player);
    let forbidden: [(&str, &str, Change); 2] =
        [("id", "77", |p| p.id = 77), ("revision", "78", |p| p.revision = 78)];
    in_each_scope::<Player>(async |players| {
        let ada = ada(&players).await?;
        for (field, value, change) in forbidden {
            let errors = [
                players.update(&ada, change).await.unwrap_err(),
                players.modify(&ada.id, change).await.unwrap_err(),
                players.query().update(change).await.unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
                assert_eq!(error.fields(), Some(&[field.into()][..]));
                assert_eq!((error.key(), error.value()), (Some("1"), Some(value)));
            }
        }
        assert_eq!(players.query().all().await?, [ada]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn remove_key_gives_what_was_there() {
    in_each_scope::<Player>(async |players| {
        assert_eq!(players.remove_key(&1).await?, None);
        let old = ada(&players).await?;
        let new = players.update(&old, |p| p.score = 4).await?;
        assert_eq!(players.remove_key(&old.id).await?, Some(new));
        assert_eq!(players.remove_key(&old.id).await?, None);
        Ok(())
    })
    .await;
}
