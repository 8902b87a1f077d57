//! An entity is one type, and owns what it holds.

use routier::Entity;

#[derive(Entity)]
struct Lent<'a> {
    #[key]
    id: &'a str,
}

#[derive(Entity)]
struct Open<T: Clone> {
    #[key]
    id: u64,
    value: T,
}

#[derive(Entity)]
struct Sized<const N: usize> {
    #[key]
    id: [u8; N],
}

fn main() {}
