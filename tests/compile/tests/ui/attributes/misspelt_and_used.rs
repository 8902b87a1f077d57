//! An option that is misspelt, and the entity in use.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[entity(dfault(5))]
    score: u32,
    #[index]
    guild: u32,
}

fn uses(players: Collection<Player>) {
    let _ = players.filter(|p| p.guild.eq(5));
    let _ = players.get(&5);
}

fn main() {}
