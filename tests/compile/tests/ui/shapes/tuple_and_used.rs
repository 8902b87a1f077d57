//! A tuple struct, in use.

use routier::{Collection, Entity};

#[derive(Entity)]
struct Player(u64);

fn uses(players: Collection<Player>) {
    let _ = players.query().count();
}

fn main() {}
