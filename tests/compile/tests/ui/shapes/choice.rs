//! An enum.

use routier::Entity;

#[derive(Entity)]
enum Player {
    Amateur,
    Professional,
}

fn main() {}
