//! What the example programs share: reading a real dependency graph.

pub mod input;
