//! A composite key in the attribute of one field.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key(region, number)]
    region: u32,
    number: u32,
}

fn main() {}
