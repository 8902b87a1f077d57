//! A struct with a parameter.

use routier::Entity;

#[derive(Entity)]
struct Player<T> {
    #[key]
    id: T,
}

fn main() {}
