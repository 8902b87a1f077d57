//! An entity without a key, and one whose key is easy to guess.

use routier::{Collection, Entity};

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Setting {
    name: String,
    #[index]
    value: String,
}

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
struct Player {
    id: u64,
}

fn uses(settings: Collection<Setting>, players: Collection<Player>) {
    let _ = settings.filter(|p| p.value.eq("x"));
    let _ = players.get(&5);
}

fn main() {}
