//! The store, on each storage there is: the same calls, the same answers.

mod entities;
mod inserts;
#[expect(dead_code, unreachable_pub, reason = "it is a program of its own")]
#[path = "../../../examples/examples/quickstart.rs"]
mod quickstart;
mod scopes;
mod seams;
mod writes;
