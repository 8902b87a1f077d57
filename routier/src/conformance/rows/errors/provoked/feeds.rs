//! Errors of feeds and their tokens.

use super::{KEY, Scene, Wallet};
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result, Store, Token};

/// The token of another store.
pub(in super::super) async fn token_foreign(scene: &Scene) -> Result<Error> {
    let other = scene.subject.store().await?;
    let outcome = scene.wallets.changes_after(other.token()).await;
    Ok(refused(outcome, ErrorKind::TokenForeign))
}

/// A text that is no token.
pub(in super::super) async fn token_altered(scene: &Scene) -> Result<Error> {
    let text = format!("{}0", scene.store.token());
    Ok(refused(text.parse::<Token>(), ErrorKind::TokenForeign))
}

/// A token from before what is kept; `None` where the storage keeps more than it was asked to.
pub(in super::super) async fn token_expired(scene: &Scene) -> Result<Option<Error>> {
    let (store, first) = short(scene).await?;
    let outcome = store.collection::<Wallet>().await?.changes_after(first).await;
    Ok(outcome.err().inspect(|error| assert_eq!(error.kind(), ErrorKind::TokenExpired, "{error}")))
}

/// A feed that was overtaken; `None` where the storage keeps more than it was asked to.
pub(in super::super) async fn lagged(scene: &Scene) -> Result<Option<Error>> {
    let store = scene.subject.build(Store::builder().retain(1)).await?;
    let wallets = store.collection::<Wallet>().await?;
    let mut changes = wallets.changes().await?;
    for owner in ["k-1", "k-2", "k-3", "k-4", "k-5"] {
        wallets.insert(super::wallet(owner)).await?;
    }
    let Some(first) = changes.next().await else { panic!("the feed has ended") };
    Ok(first.err().inspect(|error| assert_eq!(error.kind(), ErrorKind::Lagged, "{error}")))
}

/// A store that keeps one change, and a token from before several.
pub(in super::super) async fn short(scene: &Scene) -> Result<(Store, Token)> {
    let store = scene.subject.build(Store::builder().retain(1)).await?;
    let wallets = store.collection::<Wallet>().await?;
    wallets.insert(super::wallet(KEY)).await?;
    let first = store.token();
    for place in 0..5 {
        wallets.modify(KEY, |wallet| wallet.place = place).await?;
    }
    Ok((store, first))
}
