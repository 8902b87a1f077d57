//! An entity that serde does not know.

use routier::Entity;

#[derive(Entity)]
struct Player {
    #[key]
    id: u64,
}

fn main() {}
