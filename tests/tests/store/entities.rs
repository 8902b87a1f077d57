//! The entities of these tests.

use routier::Entity;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(guild, score))]
pub struct Player {
    #[key]
    #[identity]
    pub id: u64,
    #[distinct]
    pub handle: String,
    #[index]
    pub score: u32,
    #[index]
    pub guild: Option<String>,
    #[index]
    pub tags: Vec<String>,
    pub bio: String,
    #[version]
    pub revision: u64,
}

impl NewPlayer {
    /// A player with nothing but a handle and a score.
    pub fn named(handle: &str, score: u32) -> Self {
        Self { handle: handle.to_owned(), score, guild: None, tags: Vec::new(), bio: String::new() }
    }
}
