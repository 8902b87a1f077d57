//! The entity of the documentation, and others with the attributes that it leaves out.

use chrono::{DateTime, Utc};
use routier::{Entity, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(guild, score))]
pub struct Player {
    #[key]
    #[identity]
    pub id: Uuid,
    #[distinct]
    pub handle: String,
    #[index]
    pub score: u32,
    #[index]
    pub guild: Option<Uuid>,
    #[index]
    pub tags: Vec<String>,
    #[entity(default(Utc::now()))]
    #[index]
    pub joined: DateTime<Utc>,
    pub bio: String,
}

impl NewPlayer {
    pub fn named(handle: &str, score: u32) -> Self {
        Self {
            handle: handle.to_owned(),
            score,
            guild: None,
            tags: vec!["new".to_owned()],
            joined: None,
            bio: String::new(),
        }
    }
}

#[derive(Value, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Place {
    Bank,
    Hand,
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coins(pub u64);

/// A composite key, a version field, a composite distinct group, other names for what the derive writes.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(distinct(owner, label), fields = "PurseColumns", new = "FreshPurse")]
pub struct Purse {
    #[key]
    pub owner: String,
    #[key]
    pub place: Place,
    pub label: String,
    #[index]
    #[entity(name = "amount")]
    pub coins: Coins,
    #[version]
    pub revision: u64,
}

/// Anything `Send + Sync`, in memory only.
#[derive(Entity)]
#[entity(transient)]
pub struct Session {
    #[key]
    #[identity]
    pub id: u64,
    pub wake: std::sync::mpsc::SyncSender<()>,
}
