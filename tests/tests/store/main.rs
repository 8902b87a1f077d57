//! The store, on each storage there is: the same calls, the same answers.

mod checked;
mod dropped;
mod entities;
mod fork;
mod hermitage;
mod opening;
mod origins;
mod panics;
#[expect(dead_code, reason = "it is a program of its own")]
#[path = "../../../examples/examples/quickstart.rs"]
mod quickstart;
mod retries;
mod scopes;
mod seams;
mod tasks;
