//! Every kind of write.

use super::polling::Later;
use super::scene::{Item, Scene, begin_items, item};
use crate::{Collection, Result, Versioned};

/// Handles of the items 1 and 3.
pub(super) type Handles = [Versioned<Item>; 2];

/// A write of the items.
pub(super) type Written = fn(Collection<Item>, Handles) -> Later<Result<()>>;

macro_rules! writes {
    ($($name:literal |$items:ident, $handles:pat_param| $write:expr;)*) => {
        &[$(($name, |$items, $handles| Box::pin(async move { $write.await.map(drop) }))),*]
    };
}

/// Every kind of write, of rows of the scene and of new ones. They can follow one another in this order.
pub(super) const WRITES: &[(&str, Written)] = writes! {
    "insert" |i, _| i.insert(item(6));
    "insert_many" |i, _| i.insert_many([item(7), item(8)]);
    "update" |i, [first, _]| i.update(&first, |item| item.value = 11);
    "modify" |i, _| i.modify(&2, |item| item.name = Some("two".to_owned()));
    "upsert of a row that is there" |i, _| i.upsert(Item { value: 99, ..item(4) });
    "upsert of a new row" |i, _| i.upsert(Item { value: 15, ..item(9) });
    "remove_key" |i, _| i.remove_key(&5);
    "update of a query" |i, _| i.filter(|i| i.value.lt(30)).update(|item| item.value += 1);
    "remove of a query" |i, _| i.filter(|i| i.id.between(4..5)).remove();
    "remove" |i, [_, third]| i.remove(&third);
};

impl Scene {
    /// Handles of the items 1 and 3, as they are now.
    pub(super) async fn handles(&self) -> Result<Handles> {
        let handle = async |id: u64| self.items.filter(|i| i.id.eq(id)).one().await;
        Ok([handle(1).await?, handle(3).await?])
    }

    /// Somebody else writes and commits.
    pub(super) async fn beside(&self, write: Written) -> Result<()> {
        let handles = self.handles().await?;
        let (tx, items) = begin_items(&self.store).await?;
        write(items, handles).await?;
        tx.commit().await
    }
}
