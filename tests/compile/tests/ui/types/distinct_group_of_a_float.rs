//! A distinct group, one of its fields without equality.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(distinct(id, height))]
struct Player {
    #[key]
    id: u64,
    height: Option<f64>,
}

fn main() {}
