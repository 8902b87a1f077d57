//! What is kept.

use serde::{Deserialize, Serialize};

use crate::Entity;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players")]
pub(super) struct Player {
    #[key]
    #[identity]
    pub(super) id: u64,
    #[distinct]
    pub(super) name: String,
    #[index]
    pub(super) score: u32,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "teams")]
pub(super) struct Team {
    #[key]
    pub(super) name: String,
    pub(super) size: Size,
}

/// Stored as a number or as a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Size {
    Number(u32),
    Text(String),
}

pub(super) fn player(number: u32) -> NewPlayer {
    NewPlayer { name: format!("player {number}"), score: number }
}

pub(super) fn team(name: &str, size: u32) -> Team {
    Team { name: name.to_owned(), size: Size::Number(size) }
}
