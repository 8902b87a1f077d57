//! A filter of another entity.

use routier::{Collection, Entity, Filter};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
#[entity(distinct(guild, number))]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    handle: String,
    #[index]
    score: Option<u32>,
    #[index]
    tags: Vec<String>,
    guild: u32,
    number: u32,
    bio: String,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Team {
    #[key]
    id: u64,
}

fn old(t: TeamFields) -> Filter<Team> {
    t.id.lt(100)
}

fn uses(players: Collection<Player>) {
    let _ = players.filter(old);
}

fn main() {}
