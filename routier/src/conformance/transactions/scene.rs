//! The rows that these clauses write and read, and transactions on any storage.

use serde::{Deserialize, Serialize};

use crate::{Collection, Entity, Result, Store, Transaction, TransactionOptions, View};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tx_item", index(part, rank))]
pub(super) struct Item {
    #[key]
    pub(super) id: u64,
    #[index]
    pub(super) value: i64,
    #[distinct]
    pub(super) name: Option<String>,
    pub(super) part: u64,
    /// Declared, but no index begins with it.
    pub(super) rank: u64,
    #[index]
    pub(super) tags: Vec<String>,
    /// Not declared.
    pub(super) note: String,
}

/// A row of another collection.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tx_entry")]
pub(super) struct Entry {
    #[key]
    pub(super) name: String,
    #[index]
    pub(super) value: i64,
}

/// The item of this id, with ten times that as its value.
pub(super) fn item(id: u64) -> Item {
    Item {
        id,
        value: i64::try_from(id * 10).unwrap_or(i64::MAX),
        name: Some(format!("n{id}")),
        part: id % 2,
        rank: id,
        tags: vec![format!("t{id}"), "all".to_owned()],
        note: format!("note {id}"),
    }
}

pub(super) fn entry(name: &str, value: i64) -> Entry {
    Entry { name: name.to_owned(), value }
}

/// A store with the items 1 to 5, whose values are 10 to 50, and the entries `a` of value 1 and `b` of value 2.
pub(super) struct Scene {
    pub(super) store: Store,
    pub(super) items: Collection<Item>,
    pub(super) entries: Collection<Entry>,
}

/// All that is stored: ids with their values, and names with theirs.
pub(super) type State = (Vec<(u64, i64)>, Vec<(String, i64)>);

impl Scene {
    pub(super) async fn new(store: Store) -> Result<Self> {
        let scene = Self { items: store.collection().await?, entries: store.collection().await?, store };
        scene.items.insert_many((1..=5).map(item)).await?;
        scene.entries.insert_many([entry("a", 1), entry("b", 2)]).await?;
        Ok(scene)
    }

    /// The items as they were at first.
    pub(super) async fn renew(&self) -> Result<()> {
        let (tx, items) = begin_items(&self.store).await?;
        items.query().remove().await?;
        items.insert_many((1..=5).map(item)).await?;
        tx.commit().await
    }

    pub(super) async fn state(&self) -> Result<State> {
        Ok((values(&self.items).await?, self.named().await?))
    }

    async fn named(&self) -> Result<Vec<(String, i64)>> {
        let rows = self.entries.query().all().await?;
        Ok(rows.iter().map(|row| (row.name.clone(), row.value)).collect())
    }
}

/// Ids and values, in the order of the ids.
pub(super) async fn values(items: &View<Item>) -> Result<Vec<(u64, i64)>> {
    Ok(items.query().all().await?.iter().map(|row| (row.id, row.value)).collect())
}

/// Options with the strongest isolation that the storage has.
pub(super) fn strongest(store: &Store) -> TransactionOptions {
    TransactionOptions::new().isolation(store.capabilities().isolation)
}

/// A transaction with the strongest isolation that the storage has.
pub(super) async fn begin(store: &Store) -> Result<Transaction> {
    store.begin_with(strongest(store)).await
}

/// The same, and its items.
pub(super) async fn begin_items(store: &Store) -> Result<(Transaction, Collection<Item>)> {
    let tx = begin(store).await?;
    let items = tx.collection().await?;
    Ok((tx, items))
}
