//! Writes of single rows.

use routier::{ErrorKind, Result, Store};
use routier_tests::plain::VecStorage;

use crate::entities::{NewPlayer, Player};

#[tokio::test]
async fn insert_get_update_remove() -> Result<()> {
    let store = Store::builder().storage(VecStorage::default()).await?;
    let players = store.collection::<Player>().await?;
    let ada = players.insert(NewPlayer::named("ada", 3)).await?;
    assert_eq!(ada.id, 1);
    assert_eq!(ada.revision, ada.version());
    assert_eq!(players.get(&ada.id).await?.as_ref(), Some(&ada));
    assert_eq!(players.get_by(|p| p.handle, "ada").await?.as_ref(), Some(&ada));
    let newer = players.update(&ada, |p| p.score += 1).await?;
    assert_eq!((newer.score, ada.score), (4, 3));
    let stale = players.update(&ada, |p| p.score += 1).await.unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    assert!(!stale.is_retryable());
    assert_eq!(players.filter(|p| p.score.ge(4)).all().await?, std::slice::from_ref(&newer));
    let duplicate = players.insert(NewPlayer::named("ada", 9)).await.unwrap_err();
    assert_eq!(duplicate.kind(), ErrorKind::Duplicate);
    players.remove(&newer).await?;
    assert_eq!(players.query().count().await?, 0);
    Ok(())
}
