//! serde and the collection have to agree on what a declared field is called.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Player {
    #[key]
    #[serde(rename = "_id")]
    id: u64,
    #[index]
    high_score: u32,
    #[index]
    #[serde(skip)]
    guild: u32,
    not_declared: u32,
}

fn main() {}
