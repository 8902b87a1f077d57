//! An insert of another entity.

use routier::{Collection, Entity};

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Team {
    #[key]
    id: u64,
}

async fn uses(players: Collection<Player>, team: Team) {
    let _ = players.insert(team).await;
}

fn main() {}
