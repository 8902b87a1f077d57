//! The seam of the log, from above: what users see of commits that a log has not acknowledged yet, acknowledges out of
//! turn, or never will.

mod closing;
mod double;
mod dropped;
mod failing;
mod judged;
mod order;
mod scene;
mod threads;
mod unseen;
