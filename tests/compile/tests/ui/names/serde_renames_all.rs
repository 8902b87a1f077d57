//! Names that only serde knows.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Player {
    #[key]
    id: u64,
    #[index]
    best_score: u32,
}

fn main() {}
