//! A struct with a constant parameter.

use routier::Entity;

#[derive(Entity)]
struct Player<const N: usize> {
    #[key]
    id: [u8; N],
}

fn main() {}
