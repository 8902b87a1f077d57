//! Floats may be indexed, and are not distinct.

use routier::{Entity, Value};

#[derive(Value, Clone, serde::Serialize, serde::Deserialize)]
struct Share(f64);

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(distinct(id, height))]
struct Person {
    #[key]
    id: u64,
    #[index]
    weight: f32,
    height: Option<f64>,
    #[distinct]
    share: Share,
}

fn main() {}
