//! A value with a parameter.

use routier::Value;

#[derive(Value)]
struct Id<T>(T);

fn main() {}
