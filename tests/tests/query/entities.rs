//! The entities of these tests.

use routier::Entity;
use serde::{Deserialize, Serialize};

#[derive(
    routier::Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(crate) enum Rank {
    Private,
    Captain,
    Admiral,
}

/// One key field; indexes over one field, several, and a list.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "items", index(group, score), index(rank, level, open))]
pub(crate) struct Item {
    #[key]
    pub(crate) id: u64,
    #[distinct]
    pub(crate) label: Option<String>,
    #[index]
    pub(crate) score: i32,
    #[index]
    pub(crate) group: Option<u8>,
    #[index]
    pub(crate) tags: Vec<String>,
    pub(crate) rank: Rank,
    pub(crate) level: f64,
    pub(crate) open: bool,
    pub(crate) note: String,
}

/// A composite key, and a distinct group of which a part may be absent.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "places", distinct(kind, code), index(number, height))]
pub(crate) struct Place {
    #[key]
    pub(crate) region: String,
    #[key]
    pub(crate) number: u32,
    #[index]
    pub(crate) kind: Option<Rank>,
    pub(crate) code: i64,
    #[index]
    pub(crate) height: Option<f64>,
    #[index]
    pub(crate) words: Vec<u16>,
    #[index]
    pub(crate) name: Option<String>,
}

/// An item with nothing but a key.
pub(crate) fn item(id: u64) -> Item {
    Item {
        id,
        label: None,
        score: 0,
        group: None,
        tags: Vec::new(),
        rank: Rank::Private,
        level: 0.0,
        open: false,
        note: String::new(),
    }
}
