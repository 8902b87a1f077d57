//! An index over nine fields.

use routier::Entity;

#[derive(Entity, serde::Serialize, serde::Deserialize)]
#[entity(index(a, b, c, d, e, f, g, h, i))]
struct Player {
    #[key]
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
}

fn main() {}
