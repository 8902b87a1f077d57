//! What the example programs share: reading a real dependency graph, their command line, and their tables.

pub mod input;
pub mod inventory;
pub mod options;
pub mod report;
