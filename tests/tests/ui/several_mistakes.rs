//! All mistakes are reported at once, each at its token, and what the derive would have written is there all the same.

use routier::Entity;

#[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
#[entity(colection = "players", index(guild, scor), unique(handle))]
struct Player {
    #[key(id)]
    id: u64,
    #[distinct]
    #[distinct]
    handle: String,
    #[index]
    score: u32,
    #[distinct]
    tags: Vec<String>,
    #[entity(default = 5)]
    guild: u32,
    #[version]
    #[index]
    revision: u32,
}

fn strong(p: PlayerFields) -> routier::Filter<Player> {
    p.score.ge(5) & p.handle.eq("ada")
}

fn new() -> NewPlayer {
    NewPlayer { id: 1, handle: String::new(), score: 1, tags: Vec::new(), guild: None }
}

fn main() {
    strong(Player::fields());
    new();
}
