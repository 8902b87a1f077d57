//! A field that is not declared for querying, and one that is not there.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    handle: String,
    bio: String,
}

fn uses(players: Collection<Player>) {
    let _ = players.filter(|p| p.bio.eq("x"));
    let _ = players.filter(|p| p.boi.eq("x"));
}

fn main() {}
