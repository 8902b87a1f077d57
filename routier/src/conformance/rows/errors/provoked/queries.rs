//! Errors of reads and queries.

use super::{KEY, SECRET, Scene};
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result};

/// `one` of no row.
pub(in super::super) async fn missing(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.filter(|w| w.number.eq(SECRET)).one().await, ErrorKind::NotFound))
}

/// `one` of several rows.
pub(in super::super) async fn not_unique(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.query().one().await, ErrorKind::NotUnique))
}

/// The cursor of another query.
pub(in super::super) async fn bad_cursor(scene: &Scene) -> Result<Error> {
    let page = scene.wallets.query().page(1).await?;
    let Some(cursor) = page.next() else { panic!("there are two rows") };
    let other = scene.wallets.query().order_by(|w| w.amount.asc());
    Ok(refused(other.after(cursor).page(1).await, ErrorKind::BadCursor))
}

/// A sum beyond 128 bits.
pub(in super::super) async fn overflow(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.query().sum(|w| w.amount).await, ErrorKind::Overflow))
}

/// A tuple that is neither the key nor a group.
pub(in super::super) async fn wrong_tuple(scene: &Scene) -> Result<Error> {
    let read = scene.wallets.get_by(|w| (w.owner, w.place), (KEY, 1)).await;
    Ok(refused(read, ErrorKind::Invalid))
}

/// A comparison with NaN.
pub(in super::super) async fn unordered(scene: &Scene) -> Result<Error> {
    Ok(refused(scene.wallets.filter(|w| w.ratio.lt(f64::NAN)).all().await, ErrorKind::Invalid))
}
