//! The example `inventory`: its questions on each storage, and the program as one runs it.

mod answers;
mod program;
