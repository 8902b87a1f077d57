//! What the example programs share: reading a real dependency graph, and their command line.

pub mod input;
pub mod options;
