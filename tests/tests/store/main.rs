//! The store, on each storage there is: the same calls, the same answers.

mod entities;
#[expect(dead_code, reason = "its `main` is the example's own")]
#[path = "../../../examples/examples/quickstart.rs"]
mod quickstart;
mod seams;
mod writes;
