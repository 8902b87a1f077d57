//! Errors of stores, transactions and collections.

use std::future::pending;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{KEY, Scene, Wallet, wallet};
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::{Entity, Error, ErrorKind, Isolation, Result, Store, TransactionOptions};

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "wallets")]
struct OtherWallet {
    #[key]
    owner: String,
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "small")]
struct Small {
    #[key]
    #[identity]
    id: u8,
}

#[derive(Entity)]
#[entity(transient, collection = "passing")]
struct Passing {
    #[key]
    id: u8,
}

fn options(store: &Store) -> TransactionOptions {
    TransactionOptions::new().isolation(store.capabilities().isolation)
}

/// A collection that is open with another type.
pub(in super::super) async fn another_type(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.store.collection::<OtherWallet>().await, ErrorKind::Schema))
}

/// An identity whose type has no value left.
pub(in super::super) async fn exhausted(scene: &Scene) -> Result<Error> {
    let rows = scene.store.collection::<Small>().await?;
    rows.insert(Small { id: u8::MAX }).await?;
    Ok(refused(rows.insert(NewSmall {}).await, ErrorKind::Exhausted))
}

/// A transient entity where rows are checked.
pub(in super::super) async fn transient(scene: &Scene) -> Result<Error> {
    let store = scene.subject.build(Store::builder().checked(true)).await?;
    Ok(refused(store.collection::<Passing>().await, ErrorKind::Unsupported))
}

/// A write in a transaction that only reads.
pub(in super::super) async fn read_only(scene: &Scene) -> Result<Error> {
    let tx = scene.store.begin_with(options(&scene.store).read_only()).await?;
    let outcome = tx.collection::<Wallet>().await?.insert(wallet("k-cyd")).await;
    Ok(refused(outcome, ErrorKind::Unsupported))
}

/// A watch in a transaction, which sees nothing move.
pub(in super::super) async fn unmoving_watch(scene: &Scene) -> Result<Error> {
    let tx = scene.store.begin_with(options(&scene.store)).await?;
    let wallets = tx.collection::<Wallet>().await?;
    Ok(refused(wallets.query().watch().await, ErrorKind::Unsupported))
}

/// A transaction that takes too long.
pub(in super::super) async fn timeout(scene: &Scene) -> Result<Error> {
    let options = options(&scene.store).timeout(Duration::from_millis(1));
    let outcome = scene.store.transaction_with(options, |_| pending::<Result<()>>()).await;
    Ok(refused(outcome, ErrorKind::Timeout))
}

/// A transaction that has ended.
pub(in super::super) async fn ended(scene: &Scene) -> Result<Error> {
    let tx = begin(&scene.store).await?;
    let wallets = tx.collection::<Wallet>().await?;
    tx.commit().await?;
    Ok(refused(wallets.get(KEY).await, ErrorKind::Closed))
}

/// A store that is closed.
pub(in super::super) async fn closed(scene: &Scene) -> Result<Error> {
    scene.store.close().await?;
    Ok(refused(scene.wallets.get(KEY).await, ErrorKind::Closed))
}

/// A row that a transaction has read and somebody else has written; `None` where transactions are not kept apart so far.
pub(in super::super) async fn overtaken_read(scene: &Scene) -> Result<Option<Error>> {
    if scene.store.capabilities().isolation < Isolation::Serializable {
        return Ok(None);
    }
    let tx = begin(&scene.store).await?;
    let staged = tx.collection::<Wallet>().await?;
    staged.get(KEY).await?;
    staged.modify("k-bob", |wallet| wallet.place = 2).await?;
    scene.wallets.modify(KEY, |wallet| wallet.place = 3).await?;
    Ok(Some(refused(tx.commit().await, ErrorKind::Conflict)))
}

/// A key that was inserted after the transaction's snapshot.
pub(in super::super) async fn later_key(scene: &Scene) -> Result<Error> {
    let tx = begin(&scene.store).await?;
    tx.collection::<Wallet>().await?.insert(wallet("k-cyd")).await?;
    scene.wallets.insert(wallet("k-cyd")).await?;
    Ok(refused(tx.commit().await, ErrorKind::Duplicate))
}
