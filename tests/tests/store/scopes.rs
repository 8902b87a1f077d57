//! What the tests of writes share.

use std::fmt::Debug;

use routier::{Collection, Entity, Error, ErrorKind, Result};
use routier_tests::stores::on_each_kind;

/// Runs a test on an empty collection in the scope of a store, and on one in that of a transaction, which must be able
/// to commit afterwards: on each kind of store.
pub(crate) async fn in_each_scope<E: Entity>(test: impl AsyncFn(Collection<E>) -> Result<()>) {
    on_each_kind(async |kind| {
        eprintln!("{kind:?}, in the scope of a store");
        let store = kind.open().await?;
        test(store.collection().await?).await?;
        eprintln!("{kind:?}, in the scope of a transaction");
        let store = kind.open().await?;
        let tx = store.begin().await?;
        test(tx.collection().await?).await?;
        tx.commit().await
    })
    .await;
}

/// The error, which must be of this kind.
#[track_caller]
pub(crate) fn fails<T: Debug>(result: Result<T>, kind: ErrorKind) -> Error {
    let error = result.expect_err("it fails");
    assert_eq!(error.kind(), kind, "{error}");
    error
}
