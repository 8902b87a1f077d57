//! Types that identify nothing.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Float {
    #[key]
    id: f64,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Maybe {
    #[key]
    id: Option<u64>,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct List {
    #[key]
    id: Vec<u8>,
}

fn main() {}
