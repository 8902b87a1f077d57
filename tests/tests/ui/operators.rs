//! Operators and reads that a field is not declared for.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
    #[index]
    score: u32,
    #[index]
    tags: Vec<String>,
    bio: String,
}

fn uses(players: Collection<Player>) {
    let _ = players.filter(|p| p.score.eq("five"));
    let _ = players.filter(|p| p.tags.eq("new"));
    let _ = players.get_by(|p| p.score, 5);
    let _ = players.query().order_by(|p| p.tags.asc());
}

fn main() {}
