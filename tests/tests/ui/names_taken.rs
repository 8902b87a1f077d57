//! The structs beside an entity have names that may be taken.

use routier::Entity;

struct PlayerFields;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    id: u64,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(fields = "Team", new = "NewTeam")]
struct Team {
    #[key]
    id: u64,
}

fn main() {}
