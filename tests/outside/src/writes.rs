//! Inserts, point reads and optimistic versions.

use routier::{Collection, ErrorKind, Result, Versioned};
use uuid::Uuid;

use crate::entities::{NewPlayer, Player};

pub async fn all(players: &Collection<Player>) -> Result<()> {
    let ada: Versioned<Player> = players.insert(NewPlayer::named("ada", 3)).await?;
    let whole = Player { id: Uuid::from_u128(5), handle: "whole".to_owned(), ..Player::clone(&ada) };
    assert_eq!(players.insert(whole).await?.id, Uuid::from_u128(5));
    let many = players.insert_many((0..50).map(|n| NewPlayer::named(&format!("p{n}"), n))).await?;
    assert_eq!(many.len(), 50);

    assert_eq!(players.get(&ada.id).await?, Some(ada.clone()));
    assert_eq!(players.get_many([&ada.id, &Uuid::nil(), &ada.id]).await?.iter().flatten().count(), 2);
    assert_eq!(players.get_by(|p| p.handle, "ada").await?, Some(ada.clone()));
    assert_eq!(players.get_by(|p| p.id, &ada.id).await?, Some(ada.clone()));

    let newer = players.update(&ada, |p| p.score += 1).await?;
    let stale = players.update(&ada, |p| p.score += 1).await.expect_err("`ada` is stale");
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    assert!(matches!(stale.cause(), Some(routier::ConflictCause::Version { .. })));
    let modified = players.modify(&newer.id, |p| p.score += 1).await?;
    assert_eq!(modified.score, 5);
    let upserted = players.upsert(Player { bio: "again".to_owned(), ..Player::clone(&modified) }).await?;
    players.remove(&upserted).await?;
    assert_eq!(
        players.remove_key(&Uuid::from_u128(5)).await?.map(|p| p.handle.clone()),
        Some("whole".to_owned())
    );
    assert_eq!(players.remove_key(&Uuid::from_u128(5)).await?, None);
    Ok(())
}
