//! A tuple struct.

use routier::Entity;

#[derive(Entity)]
struct Player(u64);

fn main() {}
