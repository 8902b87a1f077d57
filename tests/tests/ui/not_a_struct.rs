//! What is no struct with named fields.

use routier::{Collection, Entity};

#[derive(Entity)]
enum Choice {
    A,
    B,
}

#[derive(Entity)]
struct Tuple(u64);

#[derive(Entity)]
struct Unit;

#[derive(Entity)]
struct Empty {}

fn uses(_: Collection<Choice>, _: Collection<Tuple>, _: Collection<Unit>, _: Collection<Empty>) {}

fn main() {}
