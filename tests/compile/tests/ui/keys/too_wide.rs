//! A key of nine fields.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct Player {
    #[key]
    a: u8,
    #[key]
    b: u8,
    #[key]
    c: u8,
    #[key]
    d: u8,
    #[key]
    e: u8,
    #[key]
    f: u8,
    #[key]
    g: u8,
    #[key]
    h: u8,
    #[key]
    i: u8,
}

fn main() {}
