//! A unit struct.

use routier::Entity;

#[derive(Entity)]
struct Player;

fn main() {}
