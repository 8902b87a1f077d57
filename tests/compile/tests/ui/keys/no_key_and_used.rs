//! An entity without a key, in use.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    name: String,
    #[index]
    score: u32,
}

fn uses(players: Collection<Player>) {
    let _ = players.filter(|p| p.score.eq(5));
    let _ = players.get(&5);
}

fn main() {}
