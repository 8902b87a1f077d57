//! A struct with a lifetime.

use routier::Entity;

#[derive(Entity)]
struct Player<'a> {
    #[key]
    id: u64,
    name: &'a str,
}

fn main() {}
