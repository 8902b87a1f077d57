//! An update of an entity that cannot be copied.

use routier::{Collection, Entity};

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    score: u32,
}

async fn uses(players: Collection<Player>) {
    let _ = players.modify(&1, |p| p.score += 1).await;
}

fn main() {}
