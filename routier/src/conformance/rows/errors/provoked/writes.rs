//! Errors of writes.

use super::{KEY, NUMBER, SECRET, Scene, Wallet, wallet};
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result, Store};

/// `modify` of a key that is not there.
pub(in super::super) async fn missing_row(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.modify("k-none", |wallet| wallet.place = 2).await, ErrorKind::NotFound))
}

/// A key that is there.
pub(in super::super) async fn key_twice(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.insert(wallet(KEY)).await, ErrorKind::Duplicate))
}

/// A distinct value that another row has.
pub(in super::super) async fn same_value(scene: &Scene) -> Result<Error> {
    let row = Wallet { number: Some(NUMBER.to_owned()), ..wallet("k-cyd") };
    Ok(refused(scene.wallets.upsert(row).await, ErrorKind::Duplicate))
}

/// The values of a group that another row has.
pub(in super::super) async fn same_group(scene: &Scene) -> Result<Error> {
    let taken = |wallet: &mut Wallet| (wallet.bank, wallet.place) = (Some("b-1".to_owned()), 77);
    scene.wallets.modify(KEY, taken).await?;
    Ok(refused(scene.wallets.modify("k-bob", taken).await, ErrorKind::Duplicate))
}

/// A handle of an older version.
pub(in super::super) async fn stale(scene: &Scene) -> Result<Error> {
    let Some(old) = scene.wallets.get(KEY).await? else { panic!("it was inserted") };
    scene.wallets.update(&old, |wallet| wallet.place = 2).await?;
    Ok(refused(scene.wallets.update(&old, |wallet| wallet.place = 3).await, ErrorKind::Conflict))
}

/// A handle of a row that is gone.
pub(in super::super) async fn gone_row(scene: &Scene) -> Result<Error> {
    let Some(row) = scene.wallets.remove_key(KEY).await? else { panic!("it was inserted") };
    Ok(refused(scene.wallets.remove(&row).await, ErrorKind::Conflict))
}

/// A handle that a transaction gave, and never committed.
pub(in super::super) async fn not_committed(scene: &Scene) -> Result<Error> {
    let tx = begin(&scene.store).await?;
    let row = tx.collection::<Wallet>().await?.modify(KEY, |wallet| wallet.place = 2).await?;
    tx.rollback().await?;
    Ok(refused(scene.wallets.update(&row, |wallet| wallet.place = 3).await, ErrorKind::Conflict))
}

/// A value that is never taken.
pub(in super::super) async fn nan(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.modify(KEY, |wallet| wallet.ratio = Some(f64::NAN)).await, ErrorKind::Invalid))
}

/// An update that changes the key.
pub(in super::super) async fn changed_key(scene: &Scene) -> Result<Error> {
    let change = |wallet: &mut Wallet| wallet.owner = "k-new".to_owned();
    Ok(refused(scene.wallets.modify(KEY, change).await, ErrorKind::Invalid))
}

/// A row that does not encode, by an error that shows what is in it.
pub(in super::super) async fn not_encoded(scene: &Scene) -> Result<Error> {
    let store = scene.subject.build(Store::builder().checked(true)).await?;
    let rows = store.collection::<shy::Shy>().await?;
    let row = shy::Shy { owner: KEY.to_owned(), note: SECRET.to_owned() };
    Ok(refused(rows.insert(row).await, ErrorKind::Invalid))
}

/// An indexed value that is too large.
pub(in super::super) async fn too_large(scene: &Scene) -> Result<Error> {
    let change = |wallet: &mut Wallet| wallet.number = Some(SECRET.repeat(1_000));
    Ok(refused(scene.wallets.modify(KEY, change).await, ErrorKind::TooLarge))
}

/// A key that is too large.
pub(in super::super) async fn too_large_key(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.insert(wallet(&SECRET.repeat(1_000))).await, ErrorKind::TooLarge))
}

/// An error that a closure gives.
pub(in super::super) async fn refused_by_closure(scene: &Scene) -> Result<Error> {
    let refuse = |_: &mut Wallet| -> Result<()> { Err(Error::other(format!("{SECRET} is refused"))) };
    Ok(refused(scene.wallets.modify(KEY, refuse).await, ErrorKind::Other))
}

mod shy {
    use serde::{Deserialize, Serialize, Serializer};

    use crate::Entity;

    /// Does not let itself be written down, and says why in too many words.
    #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    #[entity(collection = "shy")]
    pub(super) struct Shy {
        #[key]
        pub(super) owner: String,
        #[serde(serialize_with = "refuse")]
        pub(super) note: String,
    }

    fn refuse<S: Serializer>(text: &String, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(format!("{text} is not to be written down")))
    }
}
