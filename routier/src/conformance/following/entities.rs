//! What is followed.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::{Collection, Entity, Result, Store};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players")]
pub(super) struct Player {
    #[key]
    pub(super) id: u64,
    #[index]
    pub(super) score: u32,
    #[index]
    pub(super) guild: Option<u32>,
    pub(super) note: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "teams")]
pub(super) struct Team {
    #[key]
    pub(super) name: String,
    #[distinct]
    pub(super) seat: u32,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "games")]
pub(super) struct Game {
    #[key]
    pub(super) region: String,
    #[key]
    pub(super) number: u32,
    #[index]
    pub(super) tags: Vec<String>,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tickets")]
pub(super) struct Ticket {
    #[key]
    #[identity]
    pub(super) id: u64,
    #[version]
    pub(super) revision: u64,
    pub(super) text: String,
}

pub(super) fn player(id: u64, score: u32) -> Player {
    Player { id, score, guild: None, note: String::new() }
}

pub(super) fn team(name: &str, seat: u32) -> Team {
    Team { name: name.to_owned(), seat }
}

pub(super) fn game(region: &str, number: u32, tags: &[&str]) -> Game {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Game { region: region.to_owned(), number, tags }
}

/// A store with players 1 to 4, of scores 5, 10, 15 and 20.
pub(super) async fn peopled(subject: &Subject) -> Result<(Store, Collection<Player>)> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert_many((1..=4).map(|id| player(id, id as u32 * 5))).await?;
    Ok((store, players))
}
