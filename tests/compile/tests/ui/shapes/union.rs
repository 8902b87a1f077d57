//! A union.

use routier::Entity;

#[derive(Entity)]
union Player {
    a: u32,
    b: f32,
}

fn main() {}
