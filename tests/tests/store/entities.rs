//! The entities of these tests.

use routier::Entity;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(guild, score))]
pub(crate) struct Player {
    #[key]
    #[identity]
    pub(crate) id: u64,
    #[distinct]
    pub(crate) handle: String,
    #[index]
    pub(crate) score: u32,
    #[index]
    pub(crate) guild: Option<String>,
    #[index]
    pub(crate) tags: Vec<String>,
    pub(crate) bio: String,
    #[version]
    pub(crate) revision: u64,
}

impl NewPlayer {
    /// A player with nothing but a handle and a score.
    pub(crate) fn named(handle: &str, score: u32) -> Self {
        Self { handle: handle.to_owned(), score, guild: None, tags: Vec::new(), bio: String::new() }
    }
}

/// A row with nothing but a value, and no field that follows the version.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "notes")]
pub(crate) struct Note {
    #[key]
    pub(crate) name: String,
    #[index]
    pub(crate) value: i64,
}

impl Note {
    pub(crate) fn new(name: &str, value: i64) -> Self {
        Self { name: name.to_owned(), value }
    }
}
