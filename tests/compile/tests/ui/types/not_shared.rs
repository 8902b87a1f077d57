//! An entity that threads cannot share.

use routier::Entity;

#[derive(Entity)]
#[entity(transient)]
struct Player {
    #[key]
    id: u64,
    value: std::cell::Cell<u8>,
}

fn main() {}
