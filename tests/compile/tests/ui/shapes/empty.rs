//! A struct without fields.

use routier::Entity;

#[derive(Entity)]
struct Player {}

fn main() {}
