//! A field whose size is not known.

use routier::Entity;

#[derive(Entity)]
#[entity(transient)]
struct Player {
    #[key]
    id: u64,
    name: str,
}

fn main() {}
